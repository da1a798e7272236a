"""Synthetic phrases and messages with planted, damaged phrases; the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

_ONSETS = ("b", "c", "d", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "ng", "ny", "w", "y", "tr", "kr", "")
_VOWELS = ("a", "i", "u", "e", "o", "ai")
_CODAS = ("", "", "", "n", "ng", "r", "s", "t", "k", "m", "l", "h")
_LETTERS = "abcdefghijklmnoprstuwy"
_LEET = str.maketrans("oieast", "013457")

DAMAGES = ("none", "one edit", "two edits", "filler", "joined", "split", "digits")
"""Ways in which a planted phrase is damaged."""
_SHARES = (30, 28, 15, 10, 7, 4, 6)
"""How often each, in percent; shares as measured on spam by the authors of the first trial."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A message with known phrases in it."""

    text: str
    """The message."""
    phrases: tuple[tuple[int, str], ...]
    """(phrase number, damage) of each planted phrase."""


def make_words(random_: random.Random, count: int) -> list[str]:
    """Different invented words of two to four syllables, at least four letters long."""
    words: dict[str, None] = {}
    while len(words) < count:
        syllables = random_.choice((2, 2, 2, 3, 3, 4))
        word = "".join(
            random_.choice(_ONSETS)
            + random_.choice(_VOWELS)
            + (random_.choice(_CODAS) if part == syllables - 1 else "")
            for part in range(syllables)
        )
        if len(word) >= 4:
            words[word] = None
    return list(words)


def make_phrases(random_: random.Random, words: Sequence[str], count: int) -> list[str]:
    """Different phrases of two to six words; common words are drawn more often, as in language."""
    weights = [1 / (rank + 10) for rank in range(len(words))]
    phrases: dict[str, None] = {}
    while len(phrases) < count:
        phrases[" ".join(random_.choices(words, weights, k=random_.choice((2, 3, 3, 4, 5, 6))))] = None
    return list(phrases)


def make_messages(random_: random.Random, filler: Sequence[str], phrases: Sequence[str], count: int) -> list[Planted]:
    """Messages of 10 to 150 words with one to three damaged phrases each."""
    messages = []
    for _ in range(count):
        words = random_.choices(filler, k=random_.randint(10, 150))
        planted = []
        for _ in range(random_.choice((1, 2, 2, 3))):
            number = random_.randrange(len(phrases))
            damage = random_.choices(DAMAGES, _SHARES)[0]
            place = random_.randint(0, len(words))
            words[place:place] = _damaged(random_, phrases[number].split(), damage, filler)
            planted.append((number, damage))
        messages.append(Planted(" ".join(words), tuple(planted)))
    return messages


def _damaged(random_: random.Random, words: list[str], damage: str, filler: Sequence[str]) -> list[str]:
    words = list(words)
    if damage == "one edit":
        _edit(random_, words, 1)
    elif damage == "two edits":
        _edit(random_, words, 2)
    elif damage == "filler":
        words.insert(random_.randint(1, len(words) - 1), random_.choice(filler))
    elif damage == "joined":
        place = random_.randrange(len(words) - 1)
        words[place : place + 2] = [words[place] + words[place + 1]]
    elif damage == "split":
        place = random_.randrange(len(words))
        middle = len(words[place]) // 2
        words[place : place + 1] = [words[place][:middle], words[place][middle:]]
    elif damage == "digits":
        words = [word.translate(_LEET) for word in words]
    return words


def _edit(random_: random.Random, words: list[str], count: int) -> None:
    """One edit in each of ``count`` different words of five letters or more, or of the longest there are."""
    longest = sorted(range(len(words)), key=lambda place: -len(words[place]))
    candidates = [place for place in longest if len(words[place]) >= 5] or longest[:1]
    for place in random_.sample(candidates, min(count, len(candidates))):
        word = words[place]
        at = random_.randrange(1, len(word))
        words[place] = random_.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + random_.choice(_LETTERS) + word[at:],
                word[:at] + random_.choice(_LETTERS) + word[at + 1 :],
                word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            )
        )
