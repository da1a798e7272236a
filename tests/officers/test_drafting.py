"""Drafting: what an officer says becomes a file of the house; what is added to a file leaves all else as it was."""

from __future__ import annotations

from datetime import date
from difflib import ndiff

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import packaged_folder, read_files
from bot.officers.drafting import ABOUT, NewSign, identifier, new_rule, with_additions, with_check, with_status
from bot.officers.plain_words import in_words, missing, problem_lines
from bot.officers.yaml_edits import (
    NoSuchPart,
    block,
    plain,
    quoted,
    value_at,
    with_comment,
    with_entry,
    with_key,
    with_value,
    without_entry,
)
from tests.knowledge.minimal import MARKER, RED_FLAG, minimal_files, problems_in

SIGN = NewSign(
    "sim_disetor", 'Diminta menyetor "kartu SIM"', "papers", "high", "Kartu SIM: Anda dipakai menipu.",
    ("Simpan sendiri.", "Lapor # petugas."), ("kartu sim ... setor~",),
    (("Kartu SIM disetor ya", "Kartu SIM disetor"), ("kartu sim kalian setorin", "kartu sim kalian setorin"),
     ("kartu sim mnt disetor", "kartu sim mnt disetor")),
    (("Kartu SIM baru", "jualan"), ("setor kas: lunas", "uang kas")), "Laporan warga", date(2026, 11, 24),
)  # fmt: skip


def test_answers_become_a_file_that_loads() -> None:
    path = f"red_flags/{SIGN.id}.yaml"
    assert problems_in({**minimal_files(), path: new_rule(SIGN)}) == ()
    content = yaml.safe_load(new_rule(SIGN))
    assert content["title"] == SIGN.title
    assert content["advice"] == list(SIGN.advice)


@pytest.mark.parametrize("about", ABOUT)
def test_every_choice_of_what_it_is_about_loads(about: str) -> None:
    sign = NewSign(**{name: getattr(SIGN, name) for name in SIGN.__slots__} | {"about": about})
    assert problems_in({**minimal_files(), f"red_flags/{sign.id}.yaml": new_rule(sign)}) == ()


def test_every_packaged_rule_can_be_added_to() -> None:
    """Nothing but what was asked for changes, down to the comments: one line goes (the status), all others stay."""
    rules = {path: text for path, text in read_files(packaged_folder()).items() if path.startswith("red_flags/")}
    assert len(rules) > 70
    for path, text in rules.items():
        changed = with_additions(
            with_status(text, "retired"), ["tes ~frasa: baru"], [("aa tes", "tes")], [("qq", "ww")], ["zz top"]
        )
        wanted = yaml.safe_load(text)
        wanted["status"] = "retired"
        wanted["phrases"].append("tes ~frasa: baru")
        wanted["examples"]["must_match"].append({"text": "aa tes", "quote": "tes"})
        wanted["examples"]["must_not_match"].append({"text": "qq", "why": "ww"})
        wanted.setdefault("unless", []).append("zz top")
        assert yaml.safe_load(changed) == wanted, path
        gone = [line for line in ndiff(text.splitlines(), changed.splitlines()) if line.startswith("- ")]
        assert len(gone) == 1, path


def test_lists_on_one_line_and_missing_lists() -> None:
    changed = with_additions(MARKER, ["x y"], unless=["nasi bungkus"])
    assert 'phrases: ["nomor izin ... penempatan", "x y"]' in changed
    assert yaml.safe_load(changed)["unless"] == ["nasi bungkus"]
    assert yaml.safe_load(with_entry("a: []\n", ("a",), "b")) == {"a": ["b"]}


def test_a_part_that_is_not_there_is_named() -> None:
    with pytest.raises(NoSuchPart, match=r"nothing\.here"):
        with_value(RED_FLAG, ("nothing", "here"), "x")
    with pytest.raises(NoSuchPart):
        with_check(RED_FLAG, date(2026, 1, 1))


@given(st.text())
def test_any_text_can_be_written(text: str) -> None:
    """It stands on one line and reads as a text; written again it is the same."""
    kept = yaml.safe_load(f"a: {quoted(text)}")["a"]
    assert isinstance(kept, str)
    assert quoted(kept) == quoted(text)
    assert "\n" not in quoted(text)


def test_names_from_titles() -> None:
    assert identifier("Kartu SIM yang disetor ke agen!", ()) == "kartu_sim_disetor_agen"
    assert identifier("Kartu SIM", {"kartu_sim", "kartu_sim_2"}) == "kartu_sim_3"
    assert identifier("10 juta", ()) == "tanda_10_juta"
    assert identifier("Ты", ()) == "tanda"


def test_problems_in_plain_words() -> None:
    files = minimal_files()
    path = "red_flags/koper_titipan.yaml"
    files[path] = files[path].replace("severity: high", "severty: high")
    lines = problem_lines(problems_in(files), path)
    assert any(line.startswith("• baris 4, severty") and 'Maksud Anda "severity"?' in line for line in lines)
    assert in_words("examples.must_match.2.text") == "contoh yang harus ketahuan nomor 2"


def test_what_is_missing() -> None:
    lacks = missing({"title": "x", "examples": {"must_match": [1], "must_not_match": []}})
    assert lacks[0] == "2 lagi contoh yang harus ketahuan (satu dengan bahasa obrolan)"
    assert lacks[1] == "2 lagi contoh yang tidak boleh kena"
    assert "sumber, dengan hari dibaca" in lacks
    assert missing(yaml.safe_load(RED_FLAG)) == ()


def _others(text: str, changed: str) -> list[str]:
    """Lines that were there and are not any more."""
    return [line for line in ndiff(text.splitlines(), changed.splitlines()) if line.startswith("- ")]


def test_every_packaged_contact_can_be_changed() -> None:
    """A channel less, a source more in front, other hours: exactly that, and no other line is touched."""
    texts = {path: text for path, text in read_files(packaged_folder()).items() if path.startswith("contacts/k")}
    assert len(texts) > 40
    for path, text in texts.items():
        wanted = yaml.safe_load(text)
        changed = with_key(text, ("hours",), quoted("24 jam"), behind="channels")
        changed = with_entry(changed, ("evidence",), {"url": "https://a.example", "said": "a: b", "date": "2026"}, at=0)
        wanted["hours"] = "24 jam"
        wanted["evidence"].insert(0, {"url": "https://a.example", "said": "a: b", "date": "2026"})
        assert yaml.safe_load(changed) == wanted, path
        assert len(_others(text, changed)) <= 1, path
        if len(wanted["channels"]) > 1:
            less = without_entry(changed, ("channels", 1))
            del wanted["channels"][1]
            assert yaml.safe_load(with_comment(less, ("channels", 0), "dihapus")) == wanted, path


def test_every_packaged_sentence_can_be_replaced() -> None:
    """By one of one line and by one of several; all other sentences stay."""
    for language in ("id", "en"):
        text = read_files(packaged_folder())[f"replies/{language}.yaml"]
        was = yaml.safe_load(text)["replies"]
        comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
        for key in [*list(was)[::7], "start", "path.none", "case.answer"]:
            for sentence in ("Satu: # baris", "Dua\n\nbaris: “ya”"):
                changed = with_value(text, ("replies", key), block(sentence, 2))
                assert yaml.safe_load(changed)["replies"] == was | {key: sentence}, key
                assert [line for line in changed.splitlines() if line.lstrip().startswith("#")] == comments


def test_notes_behind_values_stay_notes() -> None:
    assert with_value("a: b  # c\nd: e\n", ("a",), block("x\ny", 0)) == "a: |-  # c\n  x\n  y\nd: e\n"
    assert with_value("a: |-  # c\n  x\n  y\n\nd: e\n", ("a",), quoted("z")) == 'a: "z"  # c\n\nd: e\n'
    assert with_value("a: |-  # c\n  x\n  y\nd: e\n", ("a",), block("p\nq", 0)) == "a: |-  # c\n  p\n  q\nd: e\n"
    assert with_value("a: {b: c, d: e}  # f\n", ("a", "b"), "g") == "a: {b: g, d: e}  # f\n"
    assert with_entry("a: [\n  b # c\n]\n", ("a",), "d", plain) == "a: [\n  b, d # c\n]\n"
    assert value_at("a: [{b: no}]", ("a", 0, "b")) == "no"
    with pytest.raises(NoSuchPart):
        without_entry("a: [b]\n", ("a", 0))


@pytest.mark.parametrize("word", ["no", "a, b", "2026-11-24", "it's", "- x", "a: b", "#x", "kk park", "0,5", "{x}", "*a", "é"])
def test_words_without_quotes_read_back_the_same(word: str) -> None:
    assert yaml.safe_load(f"[{plain(word)}, b]") == [word, "b"]
    assert yaml.safe_load(f"k: {plain(word)}") == {"k": word}
