"""Phrasing (pure): the words that an officer marked in a message → a phrase for a rule, and what it means in plain words.

What is said of one message must catch the next recruiter's too: an amount, a phone, a place becomes the fact it is, a
word of a list of the house its list, a verb all its forms; filler words are left out, and other words may stand there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.checking.compiled import Compiled
from bot.checking.fact import Fact
from bot.checking.reading import Reading, read_message
from bot.checking.word_forms import verb_forms

MOST_SIGNS = 7
"""Steps of one phrase; more of a message is no sign any more but that very message."""

_FILLERS = frozenset(re.findall(
    r"\w+", "yang ya yah itu ini kak kakak mbak mas bang bro sis say sayang nih dong sih kok deh lho loh saja pun lah kan si sang"
    " para adalah agar supaya biar untuk buat dan atau juga lagi sudah akan nanti ini pada dengan dalam the a an of to is"
    " gampang mudah nya di ke dari sama harus wajib bisa ada",
))  # fmt: skip
_LISTS = (
    "dokumen", "pemegang", "keluarga", "petugas", "luar_negeri", "uang", "segera", "di_sana", "cari_orang",
    "pekerjaan_layar", "pekerjaan_layan", "pekerjaan_prt", "kerja_umum", "kirim", "dokumen_identitas",
)  # fmt: skip
"""Lists of words.yaml that stand for a thing, the most telling first."""
_LIST_MEANS = {
    "dokumen": "surat atau dokumen apa pun", "pemegang": "agen, majikan, kantor atau siapa pun yang memegang",
    "keluarga": "anggota keluarga siapa pun", "petugas": "petugas mana pun", "luar_negeri": "luar negeri",
    "uang": "uang", "segera": "segera, hari ini, secepatnya", "di_sana": "di sana, sesampai di sana",
    "cari_orang": "butuh, cari, dibutuhkan …", "kirim": "kirim, transfer, setor …",
}  # fmt: skip
_FACT_MEANS: Mapping[str, str] = {
    "wage": "gaji berapa pun", "fee": "biaya berapa pun", "deduction": "potongan berapa pun",
    "payout": "uang untuk keluarga, berapa pun", "penalty": "denda berapa pun", "bounty": "uang per kepala",
    "money": "jumlah uang apa pun", "place": "nama tempat apa pun", "phone": "nomor telepon apa pun",
    "link": "tautan apa pun", "handle": "nama akun apa pun", "age": "umur berapa pun", "visa": "jenis visa itu",
    "date": "tanggal apa pun", "haste": "hari yang sangat dekat", "hours": "jam kerja berapa pun",
}  # fmt: skip
_STEM_PREFIXES = ("", "meng", "meny", "mem", "men", "me", "ng", "ny", "m", "n", "di", "ter", "ke", "ber", "ku", "kau")
_STEM_SUFFIXES = ("", "kannya", "innya", "kan", "nya", "in", "an", "ke", "i")
_DROPPED = {"meng": ("k", ""), "ng": ("k", ""), "meny": ("s",), "ny": ("s", "c"), "mem": ("p", ""), "m": ("p", ""),
            "men": ("t", ""), "n": ("t", "")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A phrase in two languages: the matcher's and the officer's."""

    phrase: str
    """As it stands in a rule."""
    plain: str
    """What it finds, as one would say it."""
    quote: str
    """The marked words as they stand in the message."""


class NotMarked(ValueError):
    """Marks that cannot be used; the message is an Indonesian sentence for the officer."""


def numbered(message: str, compiled: Compiled) -> str:
    """The words of a message with the numbers by which they are marked."""
    words = _words(read_message(message, compiled))
    return " ".join(f"{number}·{message[start:end]}" for number, (start, end) in enumerate(words, 1))


def numbers_of(message: str, quote: str, compiled: Compiled) -> tuple[int, int, int]:
    """Numbers, as `numbered` gives them, of the first and last word of a quote in the message, and of its last word."""
    start = message.find(quote)
    words = _words(read_message(message, compiled))
    inside = [
        number for number, (first, last) in enumerate(words, 1) if start <= first and last <= start + len(quote)
    ]
    return (inside[0], inside[-1], len(words)) if start >= 0 and inside else (1, 1, len(words))


def phrasings(message: str, marks: str, compiled: Compiled) -> tuple[Phrasing, ...]:
    """The phrases for what was marked: words copied from the message, or numbers ("3-6, 9-11"); a line or comma parts two.

    Raises NotMarked with a sentence.
    """
    reading = read_message(message, compiled)
    found = [_phrasing(reading, first, last, compiled) for first, last in _spans(reading, marks)]
    return tuple({one.phrase: one for one in found}.values())


def _words(reading: Reading) -> list[tuple[int, int]]:
    """(start, end) in the message of each word."""
    return [reading.text.span(token.start, token.end) for token in reading.text.tokens]


def _spans(reading: Reading, marks: str) -> Iterator[tuple[int, int]]:
    """(first word, past the last word) of each mark."""
    given = [mark.strip(" .\"“”'") for mark in re.split(r"[\n,;]", marks)]
    given = [mark for mark in given if mark]
    if not given:
        raise NotMarked("Belum ada kata yang ditandai. Ketik kata-katanya, atau nomornya: 3-6.")
    for mark in given:
        yield _numbers(reading, mark) if re.fullmatch(r"[0-9 –\-]+", mark) else _copied(reading, mark)


def _numbers(reading: Reading, mark: str) -> tuple[int, int]:
    numbers = [int(number) for number in re.findall(r"[0-9]{1,4}", mark)]
    first, last = min(numbers), max(numbers)
    count = len(reading.text.tokens)
    if first < 1 or last > count:
        raise NotMarked(f"Pesan ini punya {count} kata; nomor {mark} tidak ada.")
    return first - 1, last


def _copied(reading: Reading, mark: str) -> tuple[int, int]:
    wanted = re.findall(r"[^\W_]+", mark.lower())
    words = [re.sub(r"[\W_]+", "", reading.text.original[start:end].lower()) for start, end in _words(reading)]
    for first in range(len(words) - len(wanted) + 1):
        if wanted and words[first : first + len(wanted)] == wanted:
            return first, first + len(wanted)
    raise NotMarked(f"“{mark}” tidak ada di pesan itu. Salin kata-katanya persis, atau pakai nomornya.")


def _phrasing(reading: Reading, first: int, last: int, compiled: Compiled) -> Phrasing:
    steps = _without_repeats(_steps(reading, first, last, compiled))
    if not any(step for step, _ in steps):
        raise NotMarked("Yang ditandai hanya kata umum. Tandai juga kata yang menunjukkan bahayanya.")
    if sum(1 for step, _ in steps if step) > MOST_SIGNS:
        raise NotMarked(f"Yang ditandai terlalu panjang. Tandai inti ancamannya saja, paling banyak {MOST_SIGNS} kata.")
    parts: list[str] = []
    plain: list[str] = []
    gap = False
    many = sum(1 for step, _ in steps if step) >= 3
    for step, meaning in steps:
        if not step:
            gap = bool(parts)
            continue
        if parts and (gap or many) and not _negates(parts[-1], compiled):
            parts.append("...")
            plain.append("lalu")
        parts.append(step)
        plain.append(meaning)
        gap = False
    words = [step for step in parts if step != "..."]
    if len(words) == 1 and len(words[0].strip("~{}=")) < 4:
        raise NotMarked(f"Satu kata pendek (“{words[0]}”) terlalu umum. Tandai kata di sekitarnya juga.")
    spans = _words(reading)
    start, end = spans[first][0], spans[last - 1][1]
    return Phrasing(" ".join(parts), " ".join(plain), reading.text.original[start:end])


def _negates(step: str, compiled: Compiled) -> bool:
    return step in compiled.knowledge.words.lists["negasi"]


def _steps(reading: Reading, first: int, last: int, compiled: Compiled) -> Iterator[tuple[str, str]]:
    """(symbol, meaning) for the words of a mark; an empty symbol where any word may stand."""
    told: Fact | None = None
    for index in range(first, last):
        fact = next((fact for fact in reading.facts if fact.first <= index < fact.last), None)
        if fact is not None:
            if fact is not told:
                yield _fact(fact)
            told = fact
            continue
        for word in reading.standard[index]:
            yield _word(word, reading.text.tokens[index].word, compiled)


def _fact(fact: Fact) -> tuple[str, str]:
    """The fact without what is peculiar to this message."""
    meaning = f"({_FACT_MEANS[fact.type]})"
    if fact.type == "place" and fact.status != "home":
        return "{place:abroad}", "(tempat mana pun di luar negeri)"
    if fact.type == "visa" and fact.label:
        return f"{{visa:{fact.label}}}", meaning
    if fact.type == "age" and fact.value is not None and fact.value < 18:
        return "{age<18}", "(umur di bawah 18)"
    if fact.type == "hours" and fact.value is not None and fact.value >= 11:
        return "{hours>=11}", "(kerja 11 jam sehari atau lebih)"
    return f"{{{fact.type}}}", meaning


def _word(word: str, written: str, compiled: Compiled) -> tuple[str, str]:
    lists = compiled.knowledge.words.lists
    spellings = compiled.knowledge.words.spellings
    negator = next((no for no in lists["negasi"] if word in (no, *spellings.get(no, ()))), None)
    if negator is not None:
        return negator, f"“{negator}”"
    if word in _FILLERS or written in _FILLERS or len(word) < 2:
        return "", ""
    for name in _LISTS:
        if word in lists.get(name, ()) or written in lists.get(name, ()):
            return f"{{{name}}}", f"({_LIST_MEANS.get(name, name.replace('_', ' ') + ' apa pun')})"
    if stem := _stem(word, compiled):
        return f"{stem}~", f"“{stem}” dalam bentuk apa pun"
    return word, f"“{word}”"


def _stem(word: str, compiled: Compiled) -> str:
    """The verb of which the word is a form, when the knowledge knows that verb; else empty."""
    known = _verbs(compiled)
    for prefix in _STEM_PREFIXES:
        for suffix in _STEM_SUFFIXES:
            if not word.startswith(prefix) or not word.endswith(suffix):
                continue
            rest = word[len(prefix) : len(word) - len(suffix)]
            for lead in _DROPPED.get(prefix, ("",)):
                stem = lead + rest
                if len(stem) >= 3 and stem in known and word in verb_forms(stem):
                    return stem
    return ""


def _verbs(compiled: Compiled) -> frozenset[str]:
    """Verbs that phrases of the knowledge use in all their forms."""
    knowledge = compiled.knowledge
    if (found := _VERBS.get(knowledge.revision)) is None:
        rules = (*knowledge.red_flags.values(), *knowledge.markers.values(), *knowledge.kind_cues.values())
        texts = [text for rule in rules for text in (*rule.phrases, *(" ".join(words) for words in rule.words.values()))]
        found = frozenset(re.findall(r"([a-z]+)~", " ".join(texts)))
        _VERBS.clear()  # of one revision only
        _VERBS[knowledge.revision] = found
    return found


_VERBS: dict[str, frozenset[str]] = {}


def _without_repeats(steps: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    """"biaya 5 juta" is a fee twice: once is enough."""
    kept: list[tuple[str, str]] = []
    for step in steps:
        if not kept or step != kept[-1]:
            kept.append(step)
    return kept
