"""The fields that knowledge files are made of: closed word lists, text shapes, the base model.

Descriptions are Indonesian: editors show them to officers while they type (see json_schema).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

Status = Literal["draft", "active", "retired"]
Severity = Literal["critical", "high", "medium", "low"]
Kind = Literal["offer", "question", "emergency", "warning", "other"]
Level = Literal["emergency", "danger", "caution", "no_signs"]
Part = Literal["company", "contact", "vacancy", "contract", "visa_route", "payment", "pressure"]
Element = Literal["act", "means", "purpose"]
Group = Literal[
    "destination", "job", "wage", "requirements", "visa_documents", "route", "fees_debt", "retention", "pressure",
    "recruiter", "institution", "control", "minors", "family",
]  # fmt: skip
Confidence = Literal["high", "medium", "low"]
ChannelType = Literal["phone", "whatsapp", "web", "email", "sms", "address", "social"]
Serves = Literal["report", "verify", "emergency", "abroad", "women_children", "witness_protection", "money_fraud"]

ID_PATTERN = r"^[a-z][a-z0-9_]{2,59}$"
SLUG_PATTERN = r"^[a-z][a-z0-9-]{1,59}$"
URL_PATTERN = r"^https?://\S+$"
COUNTRY_PATTERN = r"^[A-Z]{2}$"
LIST_NAME_PATTERN = r"^[a-z][a-z0-9_]{1,39}$"
AREA_PATTERN = r"^(national|kalteng|[A-Z]{2})$"
DIAL_PATTERN = r"^\d{1,4}$"
CURRENCY_PATTERN = r"^[A-Z]{3}$"
RATE_PATTERN = r"^[A-Z]{3,4}$"
JOB_PATTERN = r"^[a-z_]+$"
REPLY_KEY_PATTERN = r"^[a-z][a-z0-9_.]+$"
HOST_PATTERN = r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"
LAW_FACT_PATTERN = r"^[A-Z]\d{2}$"

PATTERN_MEANINGS = {
    ID_PATTERN: "Pakai 3–60 huruf kecil, angka dan garis bawah, diawali huruf; misalnya paspor_ditahan.",
    SLUG_PATTERN: "Pakai 2–60 huruf kecil, angka dan tanda hubung, diawali huruf; misalnya kp2mi-callcenter.",
    URL_PATTERN: "Tulis alamat lengkap yang diawali https://, tanpa spasi.",
    COUNTRY_PATTERN: "Tulis kode negara dua huruf besar; misalnya MY atau KH.",
    LIST_NAME_PATTERN: "Nama daftar: huruf kecil, angka dan garis bawah, diawali huruf; misalnya dokumen.",
    AREA_PATTERN: "Tulis national, kalteng, atau kode negara dua huruf besar; misalnya KH.",
    DIAL_PATTERN: "Tulis angka kode telepon negara saja, tanpa tanda +; misalnya 62.",
    CURRENCY_PATTERN: "Tulis kode mata uang tiga huruf besar; misalnya MYR.",
    RATE_PATTERN: "Tulis kode mata uang tiga atau empat huruf besar; misalnya MYR.",
    JOB_PATTERN: "Tulis nama pekerjaan dari bagian jobs: huruf kecil dan garis bawah saja.",
    HOST_PATTERN: "Tulis nama situs saja, tanpa https:// dan tanpa garis miring; misalnya siskop2mi.bp2mi.go.id.",
    LAW_FACT_PATTERN: "Tulis satu huruf besar dan dua angka dari daftar fakta hukum; misalnya C01.",
    REPLY_KEY_PATTERN: "Kunci kalimat: huruf kecil, angka, titik dan garis bawah; misalnya check.danger.",
}
"""What to write instead, for each pattern a field may have."""

FACT_NAMES = frozenset({
    "wage", "fee", "deduction", "payout", "penalty", "bounty", "money", "place", "phone", "link", "handle", "age",
    "visa", "date", "haste", "hours",
})  # fmt: skip
"""Names that phrases use for facts, {wage>=2x_typical}; no word list may have one of them."""

COMPULSORY_LISTS = frozenset({
    "negasi", "fact_wage", "fact_fee", "fact_debt", "fact_deduction", "fact_payout", "fact_penalty", "fact_bounty",
    "fact_price", "fact_pays", "fact_gets", "fact_repays", "fact_leaving", "fact_age", "fact_birth", "fact_person",
    "fact_duration", "fact_hours", "fact_haste", "fact_going", "fact_visa", "fact_entry", "fact_phone", "fact_account",
    "fact_work",
    "fact_visa_tourist", "fact_visa_pilgrimage", "fact_visa_student", "fact_visa_training", "fact_visa_work",
    "fact_visa_holiday", "fact_visa_free", "fact_kind_tourist", "fact_kind_pilgrimage", "fact_kind_student",
    "fact_kind_training", "fact_kind_work", "fact_kind_holiday",
})  # fmt: skip
"""Lists of words.yaml that checking itself reads: negators, and the words around numbers that say what they mean."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _iso_date(value: Any) -> Any:
    """`value` when it is a date or a real day as YYYY-MM-DD; pydantic alone would take bare numbers as seconds."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise PydanticCustomError("iso_date", "bukan tanggal yang ada")


Identifier = Annotated[str, Field(pattern=ID_PATTERN)]
Slug = Annotated[str, Field(pattern=SLUG_PATTERN)]
Url = Annotated[str, Field(pattern=URL_PATTERN, max_length=500)]
Note = Annotated[str, Field(max_length=900)]
Title = Annotated[str, Field(min_length=4, max_length=70)]
Line = Annotated[str, Field(min_length=2, max_length=400)]
Paragraph = Annotated[str, Field(min_length=10, max_length=900)]
Phrase = Annotated[str, Field(min_length=1, max_length=400)]
Entry = Annotated[str, Field(min_length=1, max_length=80)]
Country = Annotated[str, Field(pattern=COUNTRY_PATTERN)]
IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Entries = Annotated[list[Entry], Field(min_length=1)]
Words = dict[Annotated[str, Field(pattern=LIST_NAME_PATTERN)], Entries]


class Model(BaseModel):
    """Base of all models: unknown keys are refused, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)


class Source(Model):
    """Where a statement comes from."""

    title: Line = Field(description="Nama sumbernya: lembaga dan judul halaman atau dokumen.")
    url: Url | None = Field(None, description="Alamat lengkap halaman itu; hapus baris ini bila tidak ada.")
    checked_on: IsoDate = Field(description="Hari sumber ini terakhir dibuka dan dibaca, ditulis 2026-11-24.")
