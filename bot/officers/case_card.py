"""The card of a case: how officers read it, and the buttons under it. Officers read Indonesian."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.conversation.shown import shown_lines, shown_quote
from bot.knowledge.loading import Knowledge
from bot.messages import Button, Reply
from bot.office import OfficeHours
from bot.officers.case_marks import Similar
from bot.officers.cases import Added, Case

LEVELS: Mapping[str, str] = {
    "emergency": "🆘 DARURAT", "danger": "⛔ BAHAYA", "caution": "⚠️ WASPADA", "no_signs": "🔎 BELUM ADA TANDA", "": "tanpa tingkat",
}  # fmt: skip
"""Levels as officers read them."""
KINDS: Mapping[str, str] = {
    "offer": "tawaran", "question": "pertanyaan", "emergency": "minta tolong", "warning": "peringatan", "other": "lain",
}  # fmt: skip
"""Kinds as officers read them."""
OUTCOMES: Mapping[str, str] = {
    "confirmed": "terbukti", "not_confirmed": "tidak terbukti", "unclear": "tidak bisa dipastikan",
}  # fmt: skip
"""Outcomes as officers read and type them."""
_WHY: Mapping[str, str] = {
    "phone": "nomor HP perekrut sama", "account": "rekening sama", "link": "tautan sama", "handle": "akun sama",
    "text": "tulisan hampir sama",
}  # fmt: skip
_BY: Mapping[str, str] = {
    "words": "Pelapor menambahkan", "area": "Pelapor menyebut tempat", "reply": "Pelapor membalas", "answer": "Petugas menjawab",
    "question": "Petugas bertanya",
}  # fmt: skip
_MOST_WORDS = 12
MAKE_SIGN = "usul:case:"
"""What a button asks for, before the number of a case, that makes a sign of its message (`bot.officers.proposing`)."""


def card(
    case: Case,
    added: Sequence[Added],
    similar: Sequence[Similar],
    names: Mapping[int, str],
    knowledge: Knowledge,
    hours: OfficeHours,
    title: str = "",
    in_group: bool = False,
) -> Reply:
    """All that an officer needs to decide; the person stays unnamed. ``title``: why it is shown, in front.

    ``in_group``: it is read in an officers' group, where nothing is typed."""
    lines = [title] if title else []
    lines.append(f"📁 Kasus {case.number} · {LEVELS.get(case.level, case.level)} · {KINDS.get(case.kind, case.kind)}")
    lines.append(_standing(case, names))
    lines.append(
        f"Masuk {moment(case.created_at, hours)}"
        + (f" · jawab sebelum {moment(case.due_at, hours)}" if case.due_at else "")
    )
    lines += [f"Wilayah: {case.area}"] if case.area else []
    lines += ["Pelapor di bawah 18 tahun; orang tua atau wali setuju."] if case.minor else []
    for rule, words in case.quotes:
        known = knowledge.red_flags.get(rule)
        lines.append(f"• {known.title if known else rule}: “{shown_quote(words)}”")
    for other in similar:
        ended = OUTCOMES.get(other.outcome, "masih berjalan")
        lines.append(f"🔗 Mirip {other.number} ({', '.join(_WHY[kind] for kind in other.why)}; {ended})")
    lines += ["", "Isi laporan (nomor pribadi disamarkan):", shown_lines(case.text)]
    for one in added[-_MOST_WORDS:]:
        lines.append(f"✉️ {_BY.get(one.kind, one.kind)}, {moment(one.at, hours)}: {shown_lines(one.text)}")
    if case.state != "closed":
        typed = f"Tanpa tombol: /ambil {case.number} · /jawab {case.number} teks · /bantuan_kasus"
        lines += ["", "Ketuk tombol; lanjutannya di obrolan pribadi dengan saya." if in_group else typed]
    return Reply("\n".join(lines), buttons(case))


def buttons(case: Case) -> tuple[Button, ...]:
    """What can be done with the case; nothing with a closed one."""
    if case.state == "closed":
        return ()
    offered = [("Jawab", "answer"), ("Minta keterangan", "ask"), ("Teruskan", "pass"), ("Tutup", "close")]
    if case.claimed_by is None:
        offered.insert(0, ("Ambil", "take"))
    found = tuple(Button(label, f"kasus:{name}:{case.number}") for label, name in offered)
    return found if case.claimed_by is None else (*found, sign_button(case.number))


def sign_button(number: str) -> Button:
    """Makes a sign of the message of a case."""
    return Button("Jadikan tanda", f"{MAKE_SIGN}{number}")


def outcome_buttons(number: str) -> tuple[Button, ...]:
    """How a case may end."""
    labels = {"confirmed": "Terbukti", "not_confirmed": "Tidak terbukti", "unclear": "Tidak bisa dipastikan"}
    return tuple(Button(label, f"kasus:close:{number}:{outcome}") for outcome, label in labels.items())


def line(case: Case, names: Mapping[int, str], hours: OfficeHours) -> str:
    """One line of a list."""
    due = f", jawab sebelum {moment(case.due_at, hours)}" if case.due_at and not case.answered_at else ""
    return f"• {case.number} {LEVELS.get(case.level, case.level)}: {_standing(case, names)}{due}"


def moment(at: float, hours: OfficeHours) -> str:
    """A moment as officers read it: "24-11 09.30 WIB"."""
    return f"{datetime.fromtimestamp(at, hours.offset):%d-%m %H.%M} {hours.zone}"


def _standing(case: Case, names: Mapping[int, str]) -> str:
    if case.state == "closed":
        return f"sudah ditutup, {OUTCOMES.get(case.outcome, case.outcome)}"
    if case.claimed_by is None:
        return "belum ada yang mengambil"
    return f"ditangani {names.get(case.claimed_by, 'petugas yang sudah berhenti')}" + (
        ", sudah dijawab" if case.answered_at else ""
    )
