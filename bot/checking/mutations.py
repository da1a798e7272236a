"""Mutations: a message as a recruiter rewrites it to slip through; the same for the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_WORD = re.compile(r"[^\W\d_]{4,}")
_NUMBER = re.compile(r"\b(\d{1,2})(?= ?(?:juta|jt)\b)")
_DIGITS = str.maketrans("aeiost", "431057")
_LOOKALIKES = str.maketrans("aeopcxy", "аеорсху")
_BOLD = {chr(ord("a") + n): chr(0x1D5EE + n) for n in range(26)} | {
    chr(ord("A") + n): chr(0x1D5D4 + n) for n in range(26)
}
_NAMES = [
    "nol",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
    "dua_belas",
    "tiga_belas",
    "empat_belas",
    "lima_belas",
    "enam_belas",
    "tujuh_belas",
    "delapan_belas",
    "sembilan_belas",
    "dua_puluh",
]


def _some_words(text: str, random_: random.Random, share: float, change: Callable[[str], str]) -> str:
    return _WORD.sub(lambda match: change(match.group()) if random_.random() < share else match.group(), text)


def typos(text: str, random_: random.Random) -> str:
    """One edit in a fifth of the longer words."""

    def edit(word: str) -> str:
        at = random_.randrange(1, len(word))
        return random_.choice((word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:],
                               word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]))  # fmt: skip

    return _some_words(text, random_, 0.2, edit)


def dropped_vowels(text: str, random_: random.Random) -> str:
    """One inner vowel left out in a fourth of the longer words."""

    def drop(word: str) -> str:
        places = [at for at in range(1, len(word) - 1) if word[at] in "aiueo"]
        return word if not places else (lambda at: word[:at] + word[at + 1 :])(random_.choice(places))

    return _some_words(text, random_, 0.25, drop)


def digits_for_letters(text: str, random_: random.Random) -> str:
    """4, 3, 1, 0, 5, 7 for letters in a fourth of the longer words."""
    return _some_words(text, random_, 0.25, lambda word: word[0] + word[1:].translate(_DIGITS))


def spaced(text: str, random_: random.Random) -> str:
    """Letters spaced out in a tenth of the longer words."""
    return _some_words(text, random_, 0.1, lambda word: " ".join(word))


def joined(text: str, random_: random.Random) -> str:
    """A tenth of the spaces left out."""
    return re.sub(r"(?<=[^\W\d_]) (?=[^\W\d_])", lambda _: "" if random_.random() < 0.1 else " ", text)


def decorated(text: str, random_: random.Random) -> str:
    """Bold mathematical letters in half of the longer words."""
    return _some_words(text, random_, 0.5, lambda word: "".join(_BOLD.get(letter, letter) for letter in word))


def lookalikes(text: str, random_: random.Random) -> str:
    """Cyrillic letters in a third of the longer words."""
    return _some_words(text, random_, 0.33, lambda word: word.translate(_LOOKALIKES))


def spelled_numbers(text: str, random_: random.Random) -> str:
    """Millions up to twenty in words."""

    def spell(match: re.Match[str]) -> str:
        number = int(match.group())
        return _NAMES[number].replace("_", " ") + " " if number < len(_NAMES) else match.group()

    return _NUMBER.sub(spell, text).replace("  ", " ")


MUTATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "typos": typos, "dropped vowels": dropped_vowels, "digits for letters": digits_for_letters, "spaced words": spaced,
    "joined words": joined, "decorated letters": decorated, "look-alikes": lookalikes, "spelled-out numbers": spelled_numbers,
}  # fmt: skip
"""Name → mutation; each takes the text and a seeded random."""


def mutate(text: str, name: str) -> str:
    """The text under one mutation; depends on the text and the name only."""
    return MUTATIONS[name](text, random.Random(f"{name}:{text}"))
