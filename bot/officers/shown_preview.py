"""A preview as an officer reads it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.officers.preview import Preview

_LEVELS = {
    "emergency": "DARURAT", "danger": "BAHAYA", "caution": "WASPADA", "no_signs": "BELUM ADA TANDA",
    "offer": "tawaran", "question": "pertanyaan", "warning": "peringatan", "other": "obrolan",
}  # fmt: skip
_REWRITTEN = {
    "typos": "salah ketik", "dropped vowels": "huruf hidup dibuang", "digits for letters": "angka pengganti huruf",
    "spaced words": "huruf berjarak", "joined words": "kata disambung", "decorated letters": "huruf hias",
    "look-alikes": "huruf asing yang mirip", "spelled-out numbers": "angka ditulis huruf",
}  # fmt: skip
_SHOWN = 3
"""Of each kind."""


def shown_preview(found: Preview) -> str:
    """What the change would do, the gravest first."""
    return "\n".join(_lines(found))


def _lines(found: Preview) -> Iterator[str]:
    if found.problems:
        yield "❌ Berkas ini belum bisa dipakai:"
        yield from found.problems
        return
    if found.broken_count:
        yield f"❌ {found.broken_count} contoh tidak lagi benar, jadi belum bisa terbit:"
        yield from found.broken[:_SHOWN]
    else:
        yield "✅ Semua contoh tetap benar."
    if found.ordinary_count:
        yield f"⚠️ Kena di {found.ordinary_count} dari {_number(found.ordinary_total)} pesan biasa:"
        yield from (f"• “{quote}” dalam: {_short(text)}" for text, quote in found.ordinary[:_SHOWN])
    else:
        yield f"✅ Tidak kena di satu pun dari {_number(found.ordinary_total)} pesan biasa."
    yield f"🗂 {_number(found.cases)} kasus lama diperiksa, {found.case_hits} di antaranya kena."
    if found.change_count:
        yield f"🔁 {found.change_count} pesan berubah tingkat:"
        for change in found.changes[:_SHOWN]:
            quote = f" karena “{change.quote}”" if change.quote else ""
            yield f"• {change.where}: {_LEVELS[change.before]} → {_LEVELS[change.after]}{quote}"
    if found.named:
        yield f"📌 {_number(found.named)} pesan contoh menyebut tanda ini; di sana ia tidak dituntut lagi."
    if found.escape_count:
        yield f"🕳 Bila ditulis ulang, {found.escape_count} dari {found.rewritten} lolos, misalnya:"
        yield from (f"• {_REWRITTEN.get(how, how)}: {text}" for how, text in found.escapes[:_SHOWN])
    before, after = f"{found.ms_before:.1f}".replace(".", ","), f"{found.ms_after:.1f}".replace(".", ",")
    yield f"⏱ Satu pesan dicek dalam {before} → {after} milidetik."


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"
