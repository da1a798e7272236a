"""Forms of Indonesian verbs, spoken ones included; expanded when knowledge is compiled."""

from __future__ import annotations

SUFFIXES = (
    "kannya",
    "annya",
    "innya",
    "nya",
    "kan",
    "lah",
    "kah",
    "pun",
    "ane",
    "mu",
    "ku",
    "in",
    "an",
    "ne",
    "i",
    "e",
)
"""Endings that do not change what a word is about, longest first."""

_VERB_SUFFIXES = ("", "kan", "in", "i", "an", "ake", "nya", "kannya", "innya", "ke", "ken", "na")
_PLAIN_PREFIXES = ("", "di", "ter", "ke", "ku", "kau", "ber", "tak", "dak", "nge", "ba", "ta", "ge", "tuk")


def _nasal_prefixed(base: str) -> tuple[str, ...]:
    """meN- forms, formal first: pegang → memegang, megang; tahan → menahan, nahan."""
    first, rest = base[0], base[1:]
    if first == "p":
        return ("mem" + rest, "m" + rest, "mam" + rest)
    if first == "t":
        return ("men" + rest, "n" + rest, "man" + rest)
    if first == "k":
        return ("meng" + rest, "ng" + rest, "mang" + rest)
    if first == "s":
        return ("meny" + rest, "ny" + rest, "many" + rest)
    if first in "bfv":
        return ("mem" + base, "m" + base, "mam" + base)
    if first == "c":
        return ("men" + base, "ny" + rest, "n" + base, "man" + base)
    if first in "djz":
        return ("men" + base, "n" + base, "man" + base)
    if first in "aeiough":
        return ("meng" + base, "ng" + base, "mang" + base)
    return ("me" + base, "ma" + base)


def verb_forms(base: str) -> tuple[str, ...]:
    """Every form of a verb, the base first, without doubles: pegang → pegang, dipegang, memegang, megang, pegangin …"""
    stems = [prefix + base for prefix in _PLAIN_PREFIXES] + list(_nasal_prefixed(base))
    return tuple(dict.fromkeys(stem + suffix for suffix in _VERB_SUFFIXES for stem in stems))


def without_suffix(word: str) -> tuple[str, ...]:
    """What is left of a word without one of its endings, longest ending first; each at least four letters."""
    return tuple(word[: -len(suffix)] for suffix in SUFFIXES if word.endswith(suffix) and len(word) - len(suffix) >= 4)
