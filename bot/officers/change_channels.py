"""Change channels (pure): numbers, sites and addresses of a contact, as officers write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException

from bot.knowledge.content import Knowledge
from bot.knowledge.fields import ChannelType
from bot.knowledge.schema import Channel
from bot.knowledge.shown_checks import banned_in
from bot.officers.change_sources import url_in
from bot.officers.change_steps import Again, Answer, Ask, Choice, Next
from bot.officers.interview import State
from bot.officers.yaml_edits import has, value_at, with_value

TYPES: dict[ChannelType, str] = {
    "phone": "Telepon", "whatsapp": "WhatsApp", "web": "Situs", "email": "Surel", "address": "Alamat",
    "sms": "SMS", "social": "Media sosial",
}  # fmt: skip
"""As officers call them."""
OFFERED: tuple[ChannelType, ...] = ("phone", "whatsapp", "web", "email", "address")
HOW: dict[ChannelType, str] = {
    "phone": "Tulis nomornya: dengan kode negara (+62 21 …), atau nomor pendek seperti 110.",
    "whatsapp": "Tulis nomor WhatsApp-nya dengan kode negara, misalnya +62 811 8080 141.",
    "sms": "Tulis nomornya.",
    "web": "Tulis alamat situsnya, misalnya https://sampit.imigrasi.go.id",
    "email": "Tulis alamat surelnya.",
    "address": "Tulis alamat lengkapnya: jalan, nomor, kota.",
    "social": "Tulis nama akunnya atau alamat halamannya.",
}
"""What to write for each."""
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_CALL_CENTRE = re.compile(r"(0800|1500)( ?\d){3,8}")
"""Numbers that are dialled in Indonesia only, without a country code."""
_SHORT = re.compile(r"\d{3,6}")
_NUMBERED = ("phone", "whatsapp", "sms")


@dataclass(frozen=True, slots=True)
class Written:
    """A channel as it is to be written down."""

    value: str
    """With country code, full address of a site, …"""
    dialled: str = ""
    """How it is dialled there; empty where that is the same."""


def only_in_indonesia(kind: ChannelType, value: str, area: str) -> bool:
    """True for a number of an Indonesian office without country code, which nobody abroad can dial."""
    return kind in _NUMBERED and len(area) != 2 and not value.startswith("+")


def written(kind: ChannelType, words: str, area: str, knowledge: Knowledge) -> Written | Again:
    """What somebody wrote for a channel of a contact of that area, or what is wrong with it."""
    said = " ".join(words.split())
    found = _number(kind, said, area) if kind in _NUMBERED else _other(kind, said)
    if isinstance(found, Again):
        return found
    banned = banned_in(knowledge.do_not_use)
    entry = banned.in_text(found.value) or (banned.in_number(found.value) if kind in _NUMBERED else None)
    return Again(f"{found.value} tidak boleh ditunjukkan: {entry.why}") if entry else found


def _number(kind: ChannelType, said: str, area: str) -> Written | Again:
    if kind != "whatsapp" and _SHORT.fullmatch(said.replace(" ", "")):
        return Written(said.replace(" ", ""))
    region = area if len(area) == 2 else "ID"
    if region == "ID" and kind == "phone" and _CALL_CENTRE.fullmatch(said):
        return Written(re.sub(r"\D", "", said), said)
    try:
        number = phonenumbers.parse(said, region)
    except NumberParseException:
        return Again(f"“{said[:40]}” bukan nomor telepon. {HOW[kind]}")
    local = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_possible_number(number):
        return Again(f"Nomor {said[:40]} kurang atau kelebihan angka. {HOW[kind]}")
    return Written(local, "" if said.startswith("+") else said)


def _other(kind: ChannelType, said: str) -> Written | Again:
    if kind == "web":
        return Written(found) if (found := url_in(said)) else Again(f"Itu bukan alamat situs. {HOW[kind]}")
    if kind == "email":
        return Written(said) if _EMAIL.fullmatch(said) else Again(f"Itu bukan alamat surel. {HOW[kind]}")
    least = 10 if kind == "address" else 3
    if not least <= len(said) <= 300:
        return Again(f"Itu {len(said)} huruf; harus {least} sampai 300. {HOW[kind]}")
    return Written(said)


def line_of(channel: Channel) -> str:
    """A channel in one line."""
    label = f" ({channel.label})" if channel.label else ""
    doubt = "" if channel.confidence == "high" else ", belum dicek ulang"
    return f"{TYPES[channel.type]} {channel.dialled or channel.value}{label}{doubt}"


def type_choices() -> tuple[Choice, ...]:
    """A button for each type that is asked for."""
    return tuple((TYPES[kind], kind) for kind in OFFERED)


def ask_value(step: str, answer: Answer) -> Next:
    """How to write a channel of the type that was just chosen; the answer goes to ``step``."""
    kind = next((kind for kind in HOW if kind == answer.text), None)
    if kind is None:
        return Again("Pilih salah satu tombolnya, ya.")
    return Ask(step, HOW[kind], (), {"type": kind})


def ask_sure(step: str, learnt: State) -> Ask:
    """Whether the channel was tried; "high" or "medium" goes to ``step``."""
    text = "Sudah dicoba, atau tercantum di situs resmi? Kalau belum, warga melihatnya dengan kata “belum dicek ulang”."
    return Ask(step, text, (("Ya, sudah", "high"), ("Belum", "medium")), learnt)


def as_sure_as_its_channels(text: str) -> str:
    """The file of a contact, which is not sure itself when none of its channels is sure any more."""
    number = 0
    while has(text, place := ("channels", number, "confidence")):
        if value_at(text, place) == "high":
            return text
        number += 1
    return with_value(text, ("confidence",), "medium")
