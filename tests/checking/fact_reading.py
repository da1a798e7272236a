"""What the tests of the fact readers share: the project's own word lists and a short way to read one message."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import yaml

from bot.checking.facts import Fact, FactType, FactWords, read_facts
from bot.checking.text import read_text

RATES = {
    "USD": 16_800.0, "USDT": 16_800.0, "MYR": 4_150.0, "JPY": 107.0, "TWD": 530.0, "KRW": 11.5, "EUR": 19_600.0,
    "AUD": 11_200.0, "SAR": 4_470.0,
}  # fmt: skip
"""Round rates, so that the tests do not change with wages.yaml."""


def _lists() -> dict[str, list[str]]:
    path = Path(__file__).parents[2] / "knowledge" / "words.yaml"
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return cast(dict[str, list[str]], loaded["lists"])


LISTS = _lists()
WORDS = FactWords.from_lists(LISTS, RATES, {"KH": "closed"})


def facts_of(message: str, *kinds: FactType, year: int | None = 2026) -> list[Fact]:
    """Facts of these types in order; of all types when none is named."""
    return [fact for fact in read_facts(read_text(message), WORDS, (), year=year) if not kinds or fact.type in kinds]
