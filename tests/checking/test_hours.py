"""Hours: the length of a working day, counted or by the clock."""

from __future__ import annotations

import pytest

from tests.checking.fact_reading import facts_of


@pytest.mark.parametrize(
    ("message", "hours"),
    [
        pytest.param("12 jam kerja", 12, id="hours of work"),
        pytest.param("kerja dua belas jam sehari", 12, id="in words"),
        pytest.param("14 jam sehari", 14, id="a day"),
        pytest.param("12 hrs/day", 12, id="english"),
        pytest.param("shift 12 jam", 12, id="shift"),
        pytest.param("masuk 10 pagi pulang 10 malam", 12, id="by the clock"),
        pytest.param("kerja dari jam 7 pagi sampai 9 malam", 14, id="clock with a gap"),
        pytest.param("kerja jam 9-5", 8, id="nine to five"),
        pytest.param("kerja 08.00-20.00", 12, id="minutes"),
        pytest.param("kerja 10-12 jam", 10, id="range"),
    ],
)
def test_hours_are_read(message: str, hours: float) -> None:
    """Hours a day, the lower end of a range."""
    [fact] = facts_of(message, "hours")
    assert fact.value == hours


@pytest.mark.parametrize(
    "message",
    ["buka 24 jam", "perjalanan 8 jam", "pelatihan 400 jam kerja", "transfer 1x24 jam kerja", "jam 9-5 rapat warga"],
)
def test_other_hours_are_no_working_hours(message: str) -> None:
    """Opening hours, journeys, courses and deadlines are no working day."""
    assert facts_of(message, "hours") == []
