"""Reading YAML: text stays text, every part knows its place, and what is broken or tricky is refused with advice."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.knowledge.problems import KnowledgeError, KnowledgeProblem
from bot.knowledge.yaml_nodes import LARGEST_FILE, read_document

LOADERS = [pytest.param(yaml.CBaseLoader, id="libyaml"), pytest.param(yaml.BaseLoader, id="python")]
pytestmark = pytest.mark.parametrize("loader", LOADERS)


def refused(text: str, loader: Any) -> tuple[KnowledgeProblem, ...]:
    with pytest.raises(KnowledgeError) as caught:
        read_document("a.yaml", text, loader)
    return caught.value.problems


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("0712", "0712"),
        ("+62811", "+62811"),
        ("2026-11-24", "2026-11-24"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("", None),
        ("~", None),
        ("null", None),
        ('"null"', "null"),
        ("''", ""),
        ("[a, no]", ["a", "no"]),
        ("{b: on}", {"b": "on"}),
        ('"a\\uFEFFb"', "a\ufeffb"),
    ],
)
def test_scalars_stay_text(written: str, read: object, loader: Any) -> None:
    """Only an empty plain scalar is None; nothing becomes a number, a date or a boolean."""
    assert read_document("a.yaml", f"k: {written}\n", loader).content == {"k": read}


def test_places_of_values_and_keys(loader: Any) -> None:
    """Lines and columns count from 1; a missing part gives the nearest part around it."""
    tree = read_document("a.yaml", "# komentar\nid: x\nlist:\n  - a\n  - b: c\n", loader).tree
    assert tree.find(("id",)) == (2, 5)
    assert tree.find(("list", 0)) == (4, 5)
    assert tree.find(("list", 1, "b")) == (5, 8)
    assert tree.find(("list", 1, "none", 3)) == (5, 5)
    assert tree.find(("none",)) == (2, 1)
    assert tree.find_key(("list", 1, "b")) == (5, 5)
    assert tree.find_key(("list", 0)) == (4, 5)


def test_columns_count_characters(loader: Any) -> None:
    """A column is what an editor shows, also after letters of several bytes."""
    assert read_document("a.yaml", "{é🙂: a, b: c}\n", loader).tree.find(("b",)) == (1, 12)


def test_byte_order_mark_is_no_letter(loader: Any) -> None:
    """Files saved by some Windows editors load as they are."""
    assert read_document("a.yaml", "\ufeffid: x\n", loader).content == {"id": "x"}


@pytest.mark.parametrize(
    ("text", "place", "field", "words"),
    [
        pytest.param("id: a\ntitle: b\nid: c\n", (3, 1), "id", 'kunci "id" sudah ada di baris 1', id="repeated-key"),
        pytest.param("a:\n - {x: 1, x: 2}\n", (2, 11), "a.1.x", "sudah ada di baris 2", id="repeated-inner-key"),
        pytest.param("a: &x b\n", (1, 4), "a", "jangkar", id="anchor"),
        pytest.param("a: b\nc: *a\n", (2, 4), "c", "Apit teksnya dengan tanda kutip", id="alias"),
        pytest.param("a: !!int 3\n", (1, 4), "a", "tag", id="tag"),
        pytest.param("a: !penting b\n", (1, 4), "a", "tag", id="own-tag"),
        pytest.param("a: !!python/object:os.system []\n", (1, 4), "a", "tag", id="python-tag"),
        pytest.param("<<: {a: b}\n", (1, 1), "berkas", "<<", id="merge-key"),
        pytest.param("a: b\n---\nc: d\n", (2, 1), "berkas", "dokumen kedua", id="second-document"),
        pytest.param("? [a]\n: b\n", (1, 3), "berkas", "kunci harus satu kata", id="list-as-key"),
        pytest.param(": b\n", (1, 1), "berkas", "tanpa kunci", id="no-key"),
        pytest.param("{'': b}\n", (1, 2), "berkas", "tanpa kunci", id="empty-key"),
        pytest.param("- a\n", (1, 1), "berkas", "kunci: nilai", id="list-at-top"),
        pytest.param("teks saja\n", (1, 1), "berkas", "kunci: nilai", id="text-at-top"),
        pytest.param("", (1, 1), "berkas", "kosong", id="empty"),
        pytest.param("# hanya komentar\n", (1, 1), "berkas", "kosong", id="only-comment"),
        pytest.param("a: b\x07\n", (1, 5), "berkas", "U+0007", id="control-character"),
        pytest.param("a: \ufeffb\n", (1, 4), "berkas", "U+FEFF", id="inner-byte-order-mark"),
        pytest.param("a: b\nc: \ud800\n", (2, 4), "berkas", "U+D800", id="lone-surrogate"),
        pytest.param('a: "b\\0"\n', (1, 4), "a", "U+0000", id="escaped-control-character"),
        pytest.param("a: " + "[" * 30 + "]" * 30 + "\n", (1, 23), "a" + ".1" * 19, "bersarang", id="deep"),
        pytest.param("a: b\n" + "#" * LARGEST_FILE, (1, 1), "berkas", "1 MB", id="too-large"),
    ],
)
def test_refused_yaml(text: str, place: tuple[int, int], field: str, words: str, loader: Any) -> None:
    """Valid YAML that officers never need has one problem, at its place."""
    (problem,) = refused(text, loader)
    assert (problem.line, problem.column, problem.field) == (*place, field)
    assert words in f"{problem.message}. {problem.advice}"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("a: b\ntext: Gaji: 20jt\n", 2, "tanda :", id="colon-in-text"),
        pytest.param('a: "b\nc: d\n', 1, "kutip ini belum ditutup", id="open-quote"),
        pytest.param("a: [b, c\nd: e\n", 2, "belum ditutup", id="open-list"),
        pytest.param("a:\n\t- b\n", 2, "Ganti Tab dengan spasi", id="tab"),
        pytest.param("a: b\n\tc: d\n", 2, "Ganti Tab dengan spasi", id="tab-before-key"),
        pytest.param("a: @akun\n", 1, "diawali tanda @", id="at-sign"),
        pytest.param("a: `b`\n", 1, "diawali tanda `", id="backtick"),
        pytest.param('p:\n  - "a" ... b\n', 2, "satu pasang tanda kutip", id="after-quote"),
        pytest.param("p:\n  - {a} ... b\n", 2, "satu pasang tanda kutip", id="phrase-without-quotes"),
        pytest.param("a:\n  b: c\n d: e\n", 3, "spasi di awal", id="indentation"),
        pytest.param("a:\n  - b\n d: e\n", 3, "spasi di awal", id="indentation-after-list"),
        pytest.param('a: "\\q"\n', 1, "tanda \\", id="escape"),
        pytest.param('a: "\\xZZ"\n', 1, "tanda \\", id="hexadecimal-escape"),
        pytest.param("a: >b\n c\n", 1, "baris berikutnya", id="text-after-fold"),
        pytest.param("a: {b: {\n", 2, "belum ditutup", id="open-groups"),
        pytest.param("a: & b\n", 1, "Apit teksnya", id="bare-ampersand"),
        pytest.param("kunci\nb: c\n", 2, "tanda :", id="no-colon"),
        pytest.param("---\n...\nfoo\n", 3, "'...' atau '---'", id="document-end"),
        pytest.param("a: b\n--- c: d\n", 2, "", id="document-start"),
        pytest.param("%YAML 2.0\n---\na: b\n", 1, "bukan YAML yang benar", id="future-version"),
    ],
)
def test_broken_yaml(text: str, line: int, words: str, loader: Any) -> None:
    """The break is the last problem of a file, at the line where reading stops, with what to do about it."""
    problem = refused(text, loader)[-1]
    assert problem.line == line, str(problem)
    assert words in f"{problem.message}. {problem.advice}"


def test_bold_text_of_chats(loader: Any) -> None:
    """Unquoted *bold* text, which YAML takes for an alias, leads to advice to quote it."""
    for problem in refused("text: *GAJI BESAR* kak\n", loader):
        assert problem.line == 1
        assert "tanda kutip" in problem.advice


def test_all_problems_of_a_file_come_together(loader: Any) -> None:
    """What can be read past is read past; the break that ends reading comes last."""
    problems = refused("a: &x 1\nb: !t 2\na: 3\nc: [\n", loader)
    assert [problem.line for problem in problems][:3] == [1, 2, 3]
    assert len(problems) == 4


def test_nested_aliases_cost_nothing(loader: Any) -> None:
    """The "billion laughs" are refused without being told."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    problems = refused("\n".join(lines), loader)
    assert len(problems) == 12 + 11 * 9


def test_escape_beyond_unicode(loader: Any) -> None:
    """The Python parser raises ValueError here; officers see a problem all the same."""
    (problem,) = refused('a: "\\UFFFFFFFF"\n', loader)
    assert problem.line == 1
