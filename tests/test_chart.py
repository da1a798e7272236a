"""A chart as words and numbers: kept as JSON it comes back whole, and what is none is not taken for one."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chart import LONGEST_ALT, MOST_BARS, Bar, Chart, Panel, chart_from

BAR = Bar("Kapuas", 8, "8")
CHART = Chart("8 kasus", (Panel("Wilayah", (BAR,)),), "Gambar: 8 kasus.")

_bars = st.builds(Bar, st.text(), st.floats(0, allow_infinity=False) | st.integers(0, 10**12), st.text(), st.booleans())
_panels = st.builds(Panel, st.text(), st.lists(_bars, max_size=4).map(tuple))
_charts = st.builds(Chart, st.text(), st.lists(_panels, max_size=4).map(tuple), st.text(max_size=50), st.text())


@given(_charts)
def test_it_comes_back_whole(chart: Chart) -> None:
    """Through JSON, as replies are kept."""
    assert chart_from(json.loads(json.dumps(asdict(chart)))) == chart


@pytest.mark.parametrize("length", [-1.0, float("inf"), float("nan")])
def test_a_bar_has_a_length(length: float) -> None:
    """What cannot be drawn is no value."""
    with pytest.raises(ValueError, match="length"):
        Bar("Kapuas", length, "?")


def test_a_picture_stays_one_that_platforms_take() -> None:
    """Neither endless bars nor endless words."""
    assert Chart("x", (Panel("x", (BAR,) * MOST_BARS),), "x" * LONGEST_ALT)
    with pytest.raises(ValueError, match="too many bars"):
        Chart("x", (Panel("x", (BAR,) * MOST_BARS), Panel("x", (BAR,))), "x")
    with pytest.raises(ValueError, match="too many words"):
        Chart("x", (), "x" * (LONGEST_ALT + 1))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "pie"},
        {"title": 7},
        {"alt": None},
        {"panels": {}},
        {"panels": ["x"]},
        {"panels": [{"title": "x"}]},
        {"panels": [{"title": "x", "bars": [{"label": "x", "value": "8", "told": "8", "strong": False}]}]},
        {"panels": [{"title": "x", "bars": [{"label": "x", "value": -8, "told": "8", "strong": False}]}]},
        {"panels": [{"title": "x", "bars": [{"label": "x", "value": 10**400, "told": "8", "strong": False}]}]},
    ],
)
def test_of_another_version(change: dict[str, Any]) -> None:
    """Any other shape is a ValueError and nothing else."""
    with pytest.raises(ValueError, match=r"shape|length"):
        chart_from(asdict(CHART) | {"panels": []} | change)


@pytest.mark.parametrize("found", [None, 7, "x", [], {}])
def test_no_chart_at_all(found: object) -> None:
    """Nor is anything else one."""
    with pytest.raises(ValueError, match="shape"):
        chart_from(found)
