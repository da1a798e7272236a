"""Files that officers send: where they belong, and what is said of those that cannot be taken."""

from __future__ import annotations

import pytest

from bot.knowledge import packaged_folder, read_files
from bot.officers.drafting import with_additions
from bot.officers.filing import NotFiled, filed, read_sent
from tests.knowledge.minimal import CONTACT, KIND_CUE, MARKER, PATHWAY, RED_FLAG, WORDS, minimal_files


def test_every_packaged_file_is_known_by_its_name_and_most_by_what_they_hold() -> None:
    live = read_files(packaged_folder())
    for path, text in live.items():
        if path.startswith("examples/"):
            continue
        assert filed(path.rpartition("/")[2], text, live) == path


@pytest.mark.parametrize(
    ("folder", "text"),
    [("red_flags", RED_FLAG), ("markers", MARKER), ("kinds", KIND_CUE), ("pathways", PATHWAY), ("contacts", CONTACT)],
)
def test_new_files_are_known_by_what_they_hold(folder: str, text: str) -> None:
    name = text.splitlines()[0].removeprefix("id: ")
    assert filed(f"{name}.yaml", text, {}) == f"{folder}/{name}.yaml"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.pdf", "", "berakhir .yaml"),
        ("koper_titipan.yaml", RED_FLAG.replace("severity: high", "severity: hgih"), r"baris 4, severity: .*high"),
        ("koper_titipan.yaml", RED_FLAG + "phrases: [x\n", r"baris 4\d"),
        ("koper.yaml", RED_FLAG, "tidak sama dengan nama berkas"),
        ("aneh.yaml", "a: b\n", "tidak dikenal"),
        ("kosong.yaml", "", "kosong"),
        ("words.yaml", WORDS.replace("lists:", "daftar:"), "baris 4"),
    ],
)
def test_what_cannot_be_taken_gets_a_clear_sentence(name: str, text: str, sentence: str) -> None:
    with pytest.raises(NotFiled, match=sentence):
        filed(name, text, minimal_files())


def test_bytes_that_cannot_be_taken() -> None:
    with pytest.raises(NotFiled, match="5,0 MB; paling besar 1 MB"):
        read_sent(b"x" * 5_000_000)
    with pytest.raises(NotFiled, match="UTF-8"):
        read_sent(b"\xff\xfe")
    assert read_sent(b"\xef\xbb\xbfa: b\r\n") == "a: b\n"


def test_a_changed_file_stays_where_it_is() -> None:
    assert filed("koper_titipan.yml", with_additions(RED_FLAG, ["x y"]), minimal_files()) == "red_flags/koper_titipan.yaml"
