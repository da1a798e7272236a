"""What the picture of /statistik shows, and that nobody can be found in it."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bot.channels.chart_drawing import png
from bot.chart import Chart
from bot.officers.case_card import LEVELS, OUTCOMES
from bot.officers.case_chart import chart_of
from bot.officers.case_figures import (
    HIDDEN,
    SMALLEST,
    Figures,
    figures_of,
    percentile,
    span,
    told_figures,
    without_small,
)
from bot.storage.tables import cases
from tests.officers.case_office import PHONE, CaseOffice

DAY = date(2026, 11, 24)


def figures(
    levels: dict[str, int], areas: dict[str, int], ends: dict[str, int] | None = None, waits: tuple[float, ...] = ()
) -> Figures:
    """Figures over so many cases; in the waits, seconds, one for each that was answered."""
    counted = sum(levels.values())
    ends = ends or {"masih berjalan": counted}
    percents = (50, 90, 95, 99)
    return Figures(
        cases=counted if counted >= SMALLEST else 0,
        groups={
            "wilayah": without_small(Counter(areas)),
            "tingkat": without_small(Counter(levels)),
            "hasil": without_small(Counter(ends)),
            "perekrut": (("phone #a1b2c3", 8),),
        },
        answer_seconds=tuple((percent, percentile(waits, percent)) for percent in percents)
        if len(waits) >= SMALLEST
        else (),
    )


def shown(chart: Chart | None) -> dict[str, list[tuple[str, float]]]:
    """(name, value) of every bar by its panel."""
    assert chart is not None
    return {panel.title: [(bar.label, bar.value) for bar in panel.bars] for panel in chart.panels}


def words(chart: Chart) -> str:
    """Every word in it."""
    told = [text for panel in chart.panels for bar in panel.bars for text in (panel.title, bar.label, bar.told)]
    return " ".join([chart.title, chart.note, chart.alt, *told])


async def test_with_statistik_comes_a_picture(office: CaseOffice) -> None:
    """Of the day in the office's zone, with the groups and times of the text; nothing of a small group, no number."""
    await office.officer("budi")
    numbers = [await office.opened(f"orang{n}") for n in range(12)]
    for some, area in ((numbers[:6], "Kapuas"), (numbers[6:10], "Kecil"), (numbers[10:], "Mini")):
        await office.sets(update(cases).where(cases.c.number.in_(some)).values(area=area))
    for number in numbers[:5]:
        office.clock.move(3600)
        await office.says("budi", f"/tutup {number} terbukti")
    office.clock.move(11 * 3600)  # 17.00 UTC is the next day in WIB
    (told,) = await office.says("budi", "/statistik")
    assert told.picture is not None
    assert shown(told.picture) == {
        "Tingkat": [(LEVELS["danger"], 12)],
        "Hasil": [("masih berjalan", 7), (OUTCOMES["confirmed"], 5)],
        "Wilayah": [("Kapuas", 6), (HIDDEN, 6)],
        "Waktu sampai jawaban pertama": [
            ("50% dijawab dalam", 3.0), ("90% dijawab dalam", 5.0), ("95% dijawab dalam", 5.0)
        ],
    }  # fmt: skip
    everything = words(told.picture)
    assert "24-11-2026" in told.picture.note
    assert "12 kasus" in told.picture.title
    for panel in told.picture.panels:
        for bar in panel.bars:
            assert bar.label in told.text
            assert bar.told in told.text
    for hidden in ("Kecil", "Mini", PHONE, *numbers):
        assert hidden not in everything


async def test_too_few_cases_have_no_picture(office: CaseOffice) -> None:
    """As they have no figures."""
    await office.officer("budi")
    for n in range(SMALLEST - 1):
        await office.opened(f"orang{n}")
    (told,) = await office.says("budi", "/statistik")
    assert told.picture is None
    assert chart_of(await office.storage.database.read(figures_of), DAY) is None


def test_a_heap_is_no_panel() -> None:
    """Where all groups are too small to be told apart there is nothing to compare, and nothing to draw."""
    heap = figures({LEVELS["danger"]: 4, LEVELS["caution"]: 3}, {"A": 4, "B": 3}, {"x": 3, "y": 4})
    assert chart_of(heap, DAY) is None


def test_levels_stand_in_their_order() -> None:
    """The gravest first, however few, and what is hidden last; these and what was proved catch the eye."""
    levels = {
        LEVELS[name]: count for name, count in (("no_signs", 90), ("caution", 30), ("emergency", 6), ("danger", 9))
    }
    chart = chart_of(figures(levels | {"a": 3, "b": 3}, {}, {"terbukti": 100, "tidak terbukti": 41}), DAY)
    assert shown(chart)["Tingkat"] == [
        (LEVELS["emergency"], 6), (LEVELS["danger"], 9), (LEVELS["caution"], 30), (LEVELS["no_signs"], 90), (HIDDEN, 6)
    ]  # fmt: skip
    assert chart is not None
    strong = [bar.label for panel in chart.panels for bar in panel.bars if bar.strong]
    assert strong == [LEVELS["emergency"], LEVELS["danger"], OUTCOMES["confirmed"]]
    assert f"Tingkat terbanyak: {LEVELS['no_signs']}, 90." in chart.alt


def test_many_areas_with_long_names() -> None:
    """The seven largest and all others together; names are cut, numbers are written as in Indonesia."""
    areas = {f"Kabupaten {n} " + "panjang " * 30: 1_000 * n + 234 for n in range(1, 21)}
    chart = chart_of(figures({LEVELS["danger"]: sum(areas.values())}, areas), DAY)
    named = shown(chart)["Wilayah"]
    assert [value for _, value in named] == [
        *(1_000 * n + 234 for n in range(20, 13, -1)),
        sum(range(1, 14)) * 1_000 + 13 * 234,
    ]
    assert named[-1][0] == HIDDEN
    assert max(len(name) for name, _ in named) == 60
    assert chart is not None
    assert chart.panels[-1].bars[0].told == "20.234"


def test_the_fullest_picture_is_a_small_file() -> None:
    """Every level and outcome, areas with names as long as they are shown, and times: quick on a poor connection."""
    areas = {f"Kabupaten {n} Kepulauan Tanimbar Selatan Raya Sekali": 1_000 * n + 234 for n in range(1, 21)}
    levels = dict.fromkeys(LEVELS.values(), 123456)
    ends = dict.fromkeys((*OUTCOMES.values(), "masih berjalan"), 234567)
    chart = chart_of(figures(levels, areas, ends, tuple(12_345.0 * n for n in range(9))), DAY)
    assert chart is not None
    assert [len(panel.bars) for panel in chart.panels] == [5, 4, 8, 3]
    assert len(png(chart)) < 40_000


_counts = st.dictionaries(
    st.sampled_from(["Kapuas", "Seruyan", "Batu", "Ende", "Sikka"]), st.integers(1, 12), max_size=5
)


@given(_counts, _counts, _counts, st.lists(st.floats(0, 1e7), max_size=12).map(tuple))
def test_no_group_below_five_is_in_the_picture(
    levels: dict[str, int], areas: dict[str, int], ends: dict[str, int], waits: tuple[float, ...]
) -> None:
    """Not as a bar, not in any word, and not as what is missing from the whole."""
    chart = chart_of(found := figures(levels, areas, ends, waits), DAY)
    if chart is None:
        return
    assert found.cases >= SMALLEST
    for title, counts in (("Tingkat", levels), ("Hasil", ends or levels), ("Wilayah", areas)):
        bars = shown(chart).get(title, [])
        assert all(value >= SMALLEST for _, value in bars)
        assert not bars or sum(value for _, value in bars) == sum(counts.values())
    small = {name for counts in (levels, areas, ends) for name, count in counts.items() if count < SMALLEST}
    large = {name for counts in (levels, areas, ends) for name, count in counts.items() if count >= SMALLEST}
    assert not any(name in words(chart) for name in small - large)
    assert ("Waktu sampai jawaban pertama" in shown(chart)) == (len(waits) >= SMALLEST)


def test_times_as_one_says_them() -> None:
    """Whole hours have no minutes."""
    said = [span(seconds) for seconds in (20, 40, 3_540, 3_600, 12_000, 144_000, 172_800)]
    assert said == ["0 menit", "1 menit", "59 menit", "1 jam", "3 jam 20 menit", "40 jam", "2 hari"]


def test_text_and_picture_tell_the_same_times() -> None:
    """What half, nine of ten and nineteen of twenty waited at the most."""
    found = figures({LEVELS["danger"]: 20}, {}, waits=tuple(3_600.0 * n for n in range(1, 21)))
    chart = chart_of(found, DAY)
    assert shown(chart)["Waktu sampai jawaban pertama"] == [
        ("50% dijawab dalam", 10.0), ("90% dijawab dalam", 18.0), ("95% dijawab dalam", 19.0)
    ]  # fmt: skip
    assert "95% dijawab dalam 19 jam" in told_figures(found)
    assert "99%" not in told_figures(found)
