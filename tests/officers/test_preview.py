"""Preview: a change shows what it would do before anybody is answered with it."""

from __future__ import annotations

import pytest

from bot.checking import compile_knowledge
from bot.checking.reading import read_message
from bot.knowledge import load_files
from bot.officers.drafting import with_additions, with_status
from bot.officers.preview import Preview, preview
from bot.officers.previewing import previewed, read_preview, write_preview
from bot.officers.shown_preview import shown_preview
from bot.officers.touched import touches
from tests.knowledge.minimal import RED_FLAG, minimal_files

PATH = "red_flags/koper_titipan.yaml"
OFFER = "Dibutuhkan pekerja kebun di Negeri Contoh, sekalian bungkus peti."


def tried(text: str, past: list[tuple[str, str]] | None = None) -> Preview:
    """The preview of this text instead of the one red flag."""
    return preview(minimal_files(), {**minimal_files(), PATH: text}, past or [])


def test_what_it_would_change() -> None:
    """A case goes from WASPADA to BAHAYA, with the words that do it; one that it does not reach does not."""
    text = with_additions(RED_FLAG, ["bungkus peti"]).replace("severity: high", "severity: critical")
    found = tried(text, [("CD-1", OFFER), ("CD-2", "Besok hujan.")])
    (change,) = [change for change in found.changes if change.where == "kasus CD-1"]
    assert (change.before, change.after, change.quote) == ("caution", "danger", "bungkus peti")
    assert (found.cases, found.case_hits) == (2, 1)
    assert "kasus CD-1: WASPADA → BAHAYA karena “bungkus peti”" in shown_preview(found)


def test_a_broken_example_is_shown_and_stops_the_publishing() -> None:
    found = tried(RED_FLAG.replace('  - "titip {barang}"\n', ""))
    assert found.broken_count == 1
    assert not found.may_be_published
    assert "titip dus" in found.broken[0]
    assert "koper_titipan.yaml baris" in found.broken[0]


def test_firing_on_ordinary_text_wants_a_reason() -> None:
    found = tried(with_additions(RED_FLAG, ["lupa payung"]))
    assert found.ordinary == (("Besok hujan, jangan lupa payung.", "lupa payung"),)
    assert found.may_be_published
    assert found.wants_reason


def test_what_cannot_be_used_is_told_with_its_line() -> None:
    found = tried(RED_FLAG.replace("titip {barang}", "titip {baran}"))
    assert found.problems == ('• baris 27, phrases.2: {baran} bukan daftar kata dan bukan fakta. Maksud Anda "barang"?',)
    assert not found.may_be_published
    assert tried("id: [").problems[0].startswith("• baris 2, id: daftar atau kurung ini belum ditutup")


def test_a_draft_is_tried_as_if_it_were_active() -> None:
    text = with_status(with_additions(RED_FLAG, ["bungkus peti"]), "draft")
    assert tried(text, [("CD-1", OFFER)]).case_hits == 1


def test_rewritten_examples_that_escape_are_named() -> None:
    found = tried(with_additions(RED_FLAG, ["=peti =dus"], [("peti dus", "peti dus")]))
    assert found.escape_count > 0
    assert found.rewritten > found.escape_count
    assert {how for how, _ in found.escapes} <= {"typos", "dropped vowels", "digits for letters", "joined words", "spaced words"}


async def test_in_a_process_of_its_own_it_is_the_same() -> None:
    text = with_additions(RED_FLAG, ["bungkus peti"])
    told: list[float] = []
    found = await previewed(minimal_files(), {PATH: text}, [("CD-1", OFFER)], told.append)
    here = tried(text, [("CD-1", OFFER)])
    assert (found.changes, found.broken, found.escapes, found.ordinary_total) == (
        here.changes, here.broken, here.escapes, here.ordinary_total,
    )  # fmt: skip
    assert told
    assert read_preview(write_preview(found)) == found


@pytest.mark.parametrize("new", ["bungkus peti", "koprr merah", "bawa~ ... {barang}"])
def test_no_text_that_reads_differently_is_passed_over(new: str) -> None:
    """Whatever is read differently with the change is among the touched; a new word may change how a slip is read."""
    before = compile_knowledge(load_files(minimal_files()))
    after = compile_knowledge(load_files({**minimal_files(), PATH: with_additions(RED_FLAG, [new])}))
    touched = touches(before, after)
    texts = ["bungkus peti itu", "bawa koper tertutup", "bawa kopr tertutup", "koprr merah", "Kopre merah", "bawakan dusnya",
             "besok hujan", "bw peti", "bungkuspeti", "b u n g k u s peti"]  # fmt: skip
    for text in texts:
        one, other = read_message(text, before), read_message(text, after)
        if (one.flags, one.markers, one.cues, one.standard) != (other.flags, other.markers, other.cues, other.standard):
            assert touched(text), text
    assert not touched("besok hujan")
