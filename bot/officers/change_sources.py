"""Change sources (pure): who says so, where and when, asked in three questions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

from bot.officers.change_steps import Again, Answer, Ask, Choice, Next, Step
from bot.officers.interview import State

_MONTHS = ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des")
_MONTH = "|".join(f"{name}[a-z]*" for name in _MONTHS)
_DAYS = (
    re.compile(r"(?P<day>\d{1,2})[-/. ](?P<month>\d{1,2})[-/. ](?P<year>\d{4})"),
    re.compile(rf"(?P<day>\d{{1,2}}) (?P<name>{_MONTH}) (?P<year>\d{{4}})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})(-(?P<day>\d{1,2}))?"),
    re.compile(r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
    re.compile(rf"(?P<name>{_MONTH}) (?P<year>\d{{4}})"),
    re.compile(r"(?P<year>\d{4})"),
)
_URL = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+(:\d+)?([/?#]\S*)?")
_OLDEST = 1990
_UNKNOWN = "tanpa tanggal"

NO_DAY = "Tanggal itu tidak terbaca, atau belum terjadi. Tulis misalnya 20-11-2026, 11-2026, atau 2026."
NO_URL = "Itu bukan alamat halaman. Salin dari peramban, misalnya https://kemlu.go.id/bangkok"


@dataclass(frozen=True, slots=True)
class Said:
    """Who says so."""

    url: str
    """Full address of the page; empty if there is none."""
    words: str
    """Who says what."""
    day: str
    """When, as ISO writes a day, a month or a year; or "tanpa tanggal"."""

    @property
    def shown(self) -> str:
        """In one line."""
        where = f", {site_of(self.url)}" if self.url else ""
        return f"{self.words.rstrip('.')} ({told_day(self.day)}{where})"


def ask_source(intro: str, learnt: State, *, needs_url: bool) -> Ask:
    """The first of three questions on the source."""
    if needs_url:
        more = " Tidak ada halamannya? Kirim alamat situs resmi kantornya; siapa yang mengatakan ditanya sesudah ini."
        return Ask("url", f"{intro}Dari mana Anda tahu? Kirim alamat halamannya (https://…).{more}", (), learnt)
    none: Choice = ("Tidak ada halaman", "none")
    return Ask("url", f"{intro}Dari mana Anda tahu? Kirim alamat halamannya (https://…).", (none,), learnt)


def source_steps(sourced: Step) -> dict[str, Step]:
    """The steps of `ask_source`; ``sourced`` reads no further answer, the state holds the source then."""

    def day(answer: Answer) -> Next:
        found = _UNKNOWN if answer.pressed and answer.text == "none" else day_in(answer.text, answer.today)
        if not found:
            return Again(NO_DAY)
        return sourced(replace(answer, state=answer.state | {"day": found}))

    return {"url": _url, "said": _said, "day": day}


def source_of(answer: Answer) -> Said:
    """What was answered."""
    return Said(answer.state["url"], answer.state["said"], answer.state["day"])


def _url(answer: Answer) -> Next:
    found = "" if answer.pressed else url_in(answer.text)
    if not (found or answer.pressed):
        return Again(NO_URL)
    text = "Siapa yang mengatakannya, dan apa katanya? Satu kalimat. Misalnya: Petugas KBRI lewat telepon, hotline pindah nomor."
    return Ask("said", text, learnt={"url": found})


def _said(answer: Answer) -> Next:
    if not 5 <= len(answer.line) <= 300:
        return Again(f"Kalimatnya {len(answer.line)} huruf; harus 5 sampai 300.")
    choices: tuple[Choice, ...] = (("Hari ini", "hari ini"), ("Tidak diketahui", "none"))
    return Ask("day", "Kapan itu dikatakan? Misalnya 20-11-2026, atau 11-2026.", choices, {"said": answer.line})


def day_in(words: str, today: date) -> str:
    """A day, month or year as ISO writes it: "20 November 2026" → "2026-11-20", "11-2026" → "2026-11", "2026".

    Empty for anything else, and for what is still to come.
    """
    written = " ".join(words.lower().split())
    if written == "hari ini":
        return today.isoformat()
    found = next((match for shape in _DAYS if (match := shape.fullmatch(written))), None)
    return _iso(found.groupdict(), today) if found else ""


def _iso(parts: dict[str, str | None], today: date) -> str:
    year = int(parts["year"] or 0)
    name, month, day = parts.get("name"), parts.get("month"), parts.get("day")
    number = 1 + next(i for i, known in enumerate(_MONTHS) if name.startswith(known)) if name else int(month or 0)
    if (month is not None and number == 0) or year < _OLDEST:
        return ""
    try:
        begins = date(year, number or 1, 1 if day is None else int(day))
    except ValueError:
        return ""
    if begins > today:
        return ""
    return f"{year:04}" + (f"-{number:02}" if number else "") + ("" if day is None else f"-{int(day):02}")


def told_day(written: str) -> str:
    """ "2026-11-20" as people write it: 20-11-2026; anything else stays."""
    return "-".join(reversed(written.split("-"))) if re.fullmatch(r"\d{4}(-\d\d){0,2}", written) else written


def url_in(words: str) -> str:
    """The full address of a page, https:// in front where it is missing; empty for what is none."""
    written = words.strip()
    if not _URL.fullmatch(written) or len(written) > 400:
        return ""
    return written if written.startswith("http") else f"https://{written}"


def site_of(url: str) -> str:
    """The name of the site, for reading."""
    return urlsplit(url).netloc.removeprefix("www.")
