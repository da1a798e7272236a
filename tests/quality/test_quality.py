"""Quality: figures count what they say, mutations repeat, and a page notices when things become worse."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.checking import Compiled
from bot.checking.mutations import MUTATIONS, mutate
from bot.checking.text import read_text
from bot.quality.evaluation import Figure, Judged, confusion, figures, judge
from bot.quality.labelled import Labelled, UnreadableLabels, read_labelled
from bot.quality.page import worse_than_written, written_figures
from bot.quality.reliability import Bin, calibration_error, reliability, reliability_table
from bot.quality.report import evaluation_report, figures_table, misses, write_report


def judged(wanted: str, outcome: str, flags: str = "", named: str = "") -> Judged:
    kind = wanted if wanted in ("question", "warning", "other", "emergency") else "offer"
    level = wanted if kind in ("offer", "emergency") else None
    label = Labelled("x", "text", kind, level, frozenset(flags.split()), "")  # type: ignore[arg-type]
    return Judged(label, outcome, frozenset(named.split()))


def share(found: list[Figure], start: str) -> float:
    return next(figure.share for figure in found if figure.name.startswith(start))


def test_figures_count_what_they_say(compiled: Compiled) -> None:
    """Each share is over its own labels, and nothing but danger or caution counts for a risky offer."""
    found = figures(
        [
            judged("danger", "danger"), judged("danger", "caution"), judged("caution", "emergency"),
            judged("emergency", "other"), judged("emergency", "emergency"), judged("no_signs", "danger"),
            judged("no_signs", "no_signs"), judged("question", "question"),
        ],
        compiled,
    )  # fmt: skip
    assert share(found, "risky offers") == pytest.approx(2 / 3)
    assert share(found, "offers labelled danger") == 0.5
    assert share(found, "emergencies given emergency") == 0.5
    assert share(found, "emergencies given no_signs") == 0.5
    assert share(found, "lawful offers given danger") == 0.5
    assert share(found, "questions") == 1.0


def test_flags_earn_half_credit_inside_their_group(compiled: Compiled) -> None:
    """Another sign of the same group is half right; one of another group is not."""
    one = judged("danger", "danger", "wage_deduction", "binding_advance")
    other = judged("danger", "danger", "wage_deduction", "tourist_visa_for_work")
    exact = judged("danger", "danger", "wage_deduction", "wage_deduction")
    assert share(figures([one, other, exact], compiled), "flags") == pytest.approx(1.5 / 3)


def test_confusion_and_misses_agree() -> None:
    """What is off the diagonal is listed."""
    found = [judged("danger", "danger"), judged("danger", "other")]
    assert confusion(found)["danger"] == {"danger": 1, "other": 1}
    assert misses(found) == ["- x: danger → other; flags –"]


def test_labels_in_both_languages_are_read(tmp_path: Path, compiled: Compiled) -> None:
    """Indonesian levels, old kind names and ids of what a rule covers are understood."""
    file = tmp_path / "some.jsonl"
    line = {"id": "1", "text": "hai", "kind": "offer_risky", "expected": "bahaya", "flags": ["paspor_ditahan"]}
    file.write_text(json.dumps(line) + "\n\n", "utf-8")
    (label,) = read_labelled(file, compiled.knowledge)
    assert (label.outcome, label.flags) == ("danger", frozenset({"document_retention"}))


@pytest.mark.parametrize("line", ["{", "[]", '{"text":"a"}', '{"text":"a","kind":"offer","level":"aman"}'])
def test_bad_labels_name_the_line(tmp_path: Path, compiled: Compiled, line: str) -> None:
    """A label nobody can use stops the run with its line."""
    file = tmp_path / "some.jsonl"
    file.write_text('{"text":"a","kind":"other"}\n' + line, "utf-8")
    with pytest.raises(UnreadableLabels, match=r"some\.jsonl:2"):
        read_labelled(file, compiled.knowledge)


def given(wanted: str, taken: str, chance: float) -> Judged:
    """A message for whose outcome ``taken`` was ``chance`` probable."""
    return replace(judged(wanted, taken), chances={"caution": 1 - chance, taken: chance})


def test_reliability_counts_by_bin() -> None:
    """Each message stands in the bin of its most probable outcome, right when that is the label; 1 is in the last."""
    found = [given("danger", "danger", 0.92), given("other", "danger", 0.98), given("danger", "danger", 0.71),
             given("danger", "danger", 1.0), judged("danger", "danger")]  # fmt: skip
    bins = reliability(found)
    assert [(one.count, one.share) for one in bins] == [(1, 1.0), (3, pytest.approx(2 / 3))]
    assert bins[1].probability == pytest.approx((0.92 + 0.98 + 1.0) / 3)
    assert "calibration error" in reliability_table(bins)[-1]
    assert reliability([judged("danger", "danger")]) == []


def test_calibration_error_weighs_bins_by_messages() -> None:
    """Honest probabilities have none; a bin counts as much as it holds."""
    assert calibration_error([Bin(0.8, 0.8, 5)]) == 0
    assert calibration_error([Bin(0.9, 0.5, 3), Bin(0.6, 0.6, 1)]) == pytest.approx(0.3)
    assert calibration_error([]) == 0


def test_report_shows_reliability(tmp_path: Path, compiled: Compiled) -> None:
    """The probabilities of the shipped reader come as a table in the report and as a curve beside the confusion."""
    found = judge([judged("other", "other").label, judged("question", "question").label], compiled)
    assert [sum(one.chances.values()) for one in found] == [pytest.approx(1)] * 2
    written = write_report(tmp_path, "two", evaluation_report("two", found, compiled), found)
    assert [path.name for path in written] == ["report.md", "confusion.svg", "reliability.svg"]
    assert "| probability given | share right | of |" in written[0].read_text("utf-8")
    assert written[2].read_text("utf-8").count("<circle") == len(reliability(found))


@pytest.mark.parametrize("name", MUTATIONS)
def test_mutations_repeat_and_change(name: str) -> None:
    """The same text gives the same mutation, and a long text does change."""
    text = (
        "Paspor kamu nanti dipegang agen sampai kontrak selesai, gajinya 15 juta sebulan langsung berangkat besok " * 3
    )
    assert mutate(text, name) == mutate(text, name) != text


def test_decorated_and_lookalike_letters_read_as_before() -> None:
    """Two of the mutations are undone completely when the text is read."""
    text = "Paspor dipegang agen sampai kontrak selesai"
    plain = [token.word for token in read_text(text).tokens]
    for name in ("decorated letters", "look-alikes"):
        assert [token.word for token in read_text(mutate(text, name)).tokens] == plain


def test_a_page_notices_what_has_become_worse() -> None:
    """A fall beyond noise is named; a rise, and a fall within noise, are not."""
    page = "\n".join(figures_table([Figure("a", 90, 100, 0.9), Figure("b", 2, 100, 0.03, at_most=True)]))
    assert written_figures(page) == {"a": (0.9, 100), "b": (0.02, 100)}
    assert worse_than_written(page, [Figure("a", 89.5, 100, 0.9), Figure("b", 1, 100, 0.03, at_most=True)]) == []
    assert len(worse_than_written(page, [Figure("a", 85, 100, 0.9), Figure("b", 6, 100, 0.03, at_most=True)])) == 2
    assert (
        "tidak" in worse_than_written(page, [Figure("c", 1, 1, 0.9)])[0]
        or "know" in worse_than_written(page, [Figure("c", 1, 1, 0.9)])[0]
    )
