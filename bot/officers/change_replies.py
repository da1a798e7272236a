"""Change replies (pure): a sentence of the bot, found by a piece of what it said, in both languages."""

from __future__ import annotations

import re

import yaml
from rapidfuzz import fuzz

from bot.knowledge.checks import placeholders
from bot.knowledge.content import Knowledge
from bot.knowledge.shown_checks import banned_in, claims_safety
from bot.officers.change_steps import Again, Answer, Ask, Choice, Gone, Next, Step, Subject, Texts, Write
from bot.officers.choices import LONGEST_LABEL
from bot.officers.yaml_edits import NoSuchPart, block, quoted, value_at, with_value

_LANGUAGES = {"id": "Indonesia", "en": "Inggris"}
_LONGEST = 1_500
"""Characters of a sentence; a phone shows no more than this at once."""
_LIKE = 75.0
"""Likeness in percent from which a sentence may be meant."""
_PIECE = 12
"""Characters of a sentence without its placeholders that say which it is."""
_NAMED = re.compile(r"\{[^{}]*\}")


def _find(knowledge: Knowledge, words: str) -> list[Choice]:
    """Sentences that hold the words, then those that are within them, then those that are like them."""
    said = _even(words)
    ranked: dict[str, tuple[float, str]] = {}
    for language in _LANGUAGES:
        for key, sentence in knowledge.replies[language].items():
            rank = _rank(said, key, sentence)
            if rank > ranked.get(key, (0.0, ""))[0]:
                ranked[key] = (rank, sentence)
    best = sorted(ranked.items(), key=lambda one: -one[1][0])
    sure = [one for one in best if one[1][0] > 100.0]
    return [(_label(sentence), key) for key, (_, sentence) in sure or best]


def _rank(said: str, key: str, sentence: str) -> float:
    """More than 100 where one holds the other; 0 where they have nothing in common."""
    pieces = [piece for piece in map(_even, _NAMED.split(sentence)) if piece]
    whole = " ".join(pieces)
    if said in (key, whole):
        return 100_000.0
    if len(said) >= 3 and any(said in piece for piece in pieces):
        return 200.0 + 100.0 * len(said) / len(whole)
    if len(whole) >= _PIECE and all(piece in said for piece in pieces):
        return 1_000.0 + len(whole)
    like = fuzz.partial_ratio(said, whole) if len(said) >= _PIECE and len(whole) >= _PIECE else 0.0
    return like if like >= _LIKE else 0.0


def _even(text: str) -> str:
    return " ".join(text.lower().split())


def _label(sentence: str) -> str:
    return " ".join(sentence.split())[:60]


def _now(answer: Answer, key: str) -> dict[str, str]:
    found = {language: answer.knowledge.replies[language].get(key, "").strip() for language in _LANGUAGES}
    if not all(found.values()):
        raise Gone
    return found


def _show(answer: Answer, key: str) -> Next:
    now = _now(answer, key)
    kept = _told(placeholders(now["id"]))
    keep = f"Yang di dalam kurung kurawal diisi bot dan harus tetap ada: {kept}\n" if kept else ""
    text = (
        f"Hari ini bot berkata ({key}):\n{now['id']}\n\nBahasa Inggrisnya:\n{now['en']}\n\n{keep}"
        "Tulis kalimat Indonesia yang baru, seperti bicara dengan tetangga."
    )
    return Ask("id", text, (("Indonesia tetap", "keep"),), {"key": key, "was": now})


def _indonesian(answer: Answer) -> Next:
    if answer.pressed:
        return _english_next(answer, "")
    wrong = _wrong(answer, "id")
    return Again(wrong) if wrong else _english_next(answer, answer.text.strip())


def _english_next(answer: Answer, sentence: str) -> Next:
    was = answer.state["was"]["en"]
    text = f"Sekarang kalimat Inggrisnya. Hari ini:\n{was}\n\nTulis yang baru, supaya artinya tetap sama."
    return Ask("en", text, (("Inggris tetap", "keep"),), {"id": sentence})


def _english(answer: Answer) -> Next:
    english = "" if answer.pressed else answer.text.strip()
    if english and (wrong := _wrong(answer, "en")):
        return Again(wrong)
    key, was = answer.state["key"], answer.state["was"]
    if _now(answer, key) != was:
        raise Gone
    new = {language: text for language, text in (("id", answer.state["id"]), ("en", english)) if text}
    if not new:
        return Again("Dua-duanya tetap, jadi tidak ada yang diubah. Tulis kalimat Inggris yang baru.")

    def files(live: Texts) -> dict[str, str | None]:
        paths = {language: f"replies/{language}.yaml" for language in new}
        if any(value_at(live[path], ("replies", key)).strip() != was[language] for language, path in paths.items()):
            raise Gone
        return {paths[language]: _written(live[paths[language]], key, text) for language, text in new.items()}

    head = "\n\n".join(f"📝 {_LANGUAGES[language]}:\n{text}" for language, text in new.items())
    return Write(files, head, f"Kalimat bot {key}: {_label(next(iter(new.values())))}")


def _written(text: str, key: str, sentence: str) -> str:
    """The file with this sentence, line by line where the file has a line for each."""
    after = with_value(text, ("replies", key), block(sentence, 2))
    try:
        value_at(after, ("replies", key))
    except (yaml.YAMLError, NoSuchPart):
        return with_value(text, ("replies", key), quoted(sentence))
    return after


def _wrong(answer: Answer, language: str) -> str:
    """Why the sentence cannot be used; empty when it can."""
    sentence, was, key = answer.text.strip(), answer.state["was"][language], answer.state["key"]
    try:
        given = placeholders(sentence)
    except ValueError:
        return "Tanda { } hanya untuk isian bot, misalnya {hotline}. Periksa kurung kurawalnya."
    wanted = placeholders(was)
    if lost := wanted - given:
        return f"Isian {_told(lost)} hilang. Tulis persis begitu, dengan kurung kurawalnya; bot yang mengisinya."
    if more := given - wanted:
        return f"Isian {_told(more)} tidak dikenal di kalimat ini. Yang boleh: {_told(wanted) or 'tidak ada'}"
    most = LONGEST_LABEL - 3 if key.startswith("button.") else _LONGEST
    if len(sentence) > most:
        return f"Kalimatnya {len(sentence)} huruf; paling banyak {most}. Ringkaskan."
    if claims_safety(sentence):
        return "Bot tidak pernah menyatakan aman, karena tidak bisa menjaminnya. Tulis misalnya: belum terbukti resmi."
    if banned := banned_in(answer.knowledge.do_not_use).in_text(sentence):
        return f"“{banned.value}” tidak boleh ditunjukkan: {banned.why}"
    return ""


def _told(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


_STEPS: dict[str, Step] = {"id": _indonesian, "en": _english}

REPLIES = Subject(
    "kalimat",
    "Kalimat bot",
    "Tempel atau teruskan sepotong pesan bot yang mau diubah. Beberapa kata yang berurutan sudah cukup.",
    _find,
    _show,
    _STEPS,
)  # fmt: skip
