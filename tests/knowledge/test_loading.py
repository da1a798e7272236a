"""Loading files and folders: what comes out, and that all problems of all files come together."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge import KnowledgeError, load_files, load_knowledge, packaged_folder, read_files
from bot.knowledge.revision import revision_of
from bot.knowledge.schema import OrdinaryWordsFile
from tests.knowledge.minimal import changed, minimal_files, only_problem, problems_in


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def without(*paths: str) -> dict[str, str]:
    return {path: text for path, text in minimal_files().items() if path not in paths}


def test_minimal_knowledge() -> None:
    """Every section is filled from its files."""
    knowledge = load_files(minimal_files())
    assert list(knowledge.red_flags) == ["koper_titipan"]
    assert list(knowledge.markers) == ["izin_tertulis"]
    assert list(knowledge.kind_cues) == ["menawarkan_kerja"]
    assert list(knowledge.contacts) == ["kantor-contoh"]
    assert [entry.value for entry in knowledge.do_not_use][:2] == ["199", "+6281200000099"]
    assert knowledge.words.spellings["tidak"] == ["gak", "ora", "no"]
    assert knowledge.ordinary_words == frozenset({"makan", "minum", "pagi"})
    assert knowledge.places.countries[1].dial_code == "0999"
    assert knowledge.wages.typical[0].volatile is False
    assert knowledge.policy.danger_from == 100
    assert knowledge.replies["en"]["salam"].startswith("Hello")
    assert knowledge.examples[0][0] == "examples/tawaran.yaml"
    assert knowledge.examples[0][1].ordinary == ["Besok hujan, jangan lupa payung."]
    assert knowledge.contacts["kantor-contoh"].channels[1].value == "0199"


def test_knowledge_does_not_change() -> None:
    """Mappings of loaded knowledge refuse writing."""
    knowledge = load_files(minimal_files())
    with pytest.raises(TypeError):
        knowledge.red_flags["x"] = knowledge.red_flags["koper_titipan"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        knowledge.revision = "x"  # type: ignore[misc]


def test_sections_are_sorted() -> None:
    """The order of files on disk never shows."""
    files = minimal_files()
    rule = files["red_flags/koper_titipan.yaml"]
    for name in ("zebra", "abjad"):
        files = {f"red_flags/{name}.yaml": rule.replace("id: koper_titipan", f"id: {name}"), **files}
    assert list(load_files(files).red_flags) == ["abjad", "koper_titipan", "zebra"]


@pytest.mark.parametrize(
    ("place", "line", "path"),
    [
        (("red_flags", "koper_titipan", "phrases", 1), 27, "red_flags/koper_titipan.yaml"),
        (("markers", "izin_tertulis", "title"), 2, "markers/izin_tertulis.yaml"),
        (("kind_cues", "menawarkan_kerja", "weight"), 5, "kinds/menawarkan_kerja.yaml"),
        (("contacts", "kantor-contoh", "channels", 2, "value"), 10, "contacts/kantor-contoh.yaml"),
        (("do_not_use", "do_not_use", 3), 5, "contacts/do_not_use.yaml"),
        (("words", "lists", "barang", 1), 5, "words.yaml"),
        (("policy", "danger_from"), 6, "policy.yaml"),
        (("replies", "id", "replies", "salam"), 2, "replies/id.yaml"),
        (("examples", "examples/tawaran.yaml", "messages", 0), 2, "examples/tawaran.yaml"),
        (("examples", "examples/tawaran.yaml", "ordinary", 0), 7, "examples/tawaran.yaml"),
    ],
)
def test_locations(place: tuple[str | int, ...], line: int, path: str) -> None:
    """Every part of the knowledge can be pointed at."""
    location = load_files(minimal_files(), shown_as="k").locations.find(place)
    assert (location.path, location.line) == (f"k/{path}", line)
    assert str(location) == f"k/{path}:{line}:{location.column}"


def test_later_checks_make_problems_with_places() -> None:
    """The engine reports what it finds wrong in the same form as the loader."""
    locations = load_files(minimal_files()).locations
    problem = locations.problem(("red_flags", "koper_titipan", "phrases", 1), "frasa salah", "Tulis begini.")
    assert str(problem) == "knowledge/red_flags/koper_titipan.yaml:27:5 phrases.2: frasa salah. Tulis begini."
    with pytest.raises(KeyError):
        locations.find(("red_flags", "tidak_ada"))


def test_problems_of_all_files_together() -> None:
    """One run shows a broken file, a wrong value and a wrong reference, sorted by file."""
    files = minimal_files()
    files["policy.yaml"] = files["policy.yaml"].replace("default_contact: kantor-contoh", "default_contact: kantor")
    files["words.yaml"] = 'spellings: {a: "b}\n'
    flag = "red_flags/koper_titipan.yaml"
    files[flag] = files[flag].replace("severity: high", "severity: x")
    assert [problem.path for problem in problems_in(files)] == [
        "knowledge/policy.yaml",
        "knowledge/red_flags/koper_titipan.yaml",
        "knowledge/words.yaml",
    ]


def test_broken_file_brings_no_false_problems() -> None:
    """Rules and examples may name what stands in a file that does not load at the moment."""
    assert only_problem(changed("contacts/kantor-contoh.yaml", "area: national", "area: ?")).field == "area"
    assert only_problem(changed("words.yaml", "barang:", "bar ang:")).path == "knowledge/words.yaml"
    assert only_problem(changed("red_flags/koper_titipan.yaml", "severity: high", "severity: x")).field == "severity"


@pytest.mark.parametrize(
    "path",
    [
        "words.yaml",
        "ordinary_words.yaml",
        "places.yaml",
        "wages.yaml",
        "policy.yaml",
        "replies/id.yaml",
        "replies/en.yaml",
        "contacts/do_not_use.yaml",
    ],
)
def test_compulsory_file_missing(path: str) -> None:
    """Each file that the bot cannot answer without is asked for by name."""
    problem = only_problem(without(path))
    assert problem.path == f"knowledge/{path}"
    assert "wajib ada" in problem.message


def test_no_red_flags() -> None:
    """Knowledge without a single red flag is a mistake, not a choice."""
    files = without("red_flags/koper_titipan.yaml", "examples/tawaran.yaml")
    assert only_problem(files).message == "tanda bahaya wajib ada"


@pytest.mark.parametrize(
    ("path", "shown", "words"),
    [
        ("red_flag/a.yaml", "knowledge/red_flag", 'Maksud Anda "red_flags"?'),
        ("jalur/a.yaml", "knowledge/jalur", "tidak dikenal"),
        ("red_flags/a.yml", "knowledge/red_flags/a.yml", "akhiran"),
        ("red_flags/a.YAML", "knowledge/red_flags/a.YAML", "akhiran"),
        ("red_flags/deep/a.yaml", "knowledge/red_flags/deep/a.yaml", "Pindahkan"),
        ("word.yaml", "knowledge/word.yaml", 'Maksud Anda "words.yaml"?'),
        ("replies/ms.yaml", "knowledge/replies/ms.yaml", "tidak dikenal"),
        ("catatan.txt", "knowledge/catatan.txt", "hapus"),
    ],
)
def test_unknown_file(path: str, shown: str, words: str) -> None:
    """What belongs nowhere is refused, so that a misplaced rule is not silently lost."""
    problem = only_problem({**minimal_files(), path: "id: a\n"})
    assert problem.path == shown
    assert words in f"{problem.message}. {problem.advice}"


def test_strange_folder_is_named_once() -> None:
    """Forty files in a folder with a wrong name are one problem."""
    files = {f"red_flag/a{number}.yaml": "" for number in range(40)}
    assert only_problem({**minimal_files(), **files}).path == "knowledge/red_flag"


@pytest.mark.parametrize(
    "path", ["schema/red_flag.json", "README.md", "QUALITY.md", ".DS_Store", "red_flags/.a.yaml.swp"]
)
def test_files_beside_knowledge(path: str) -> None:
    """Schemas, notes and hidden files are passed over and change no revision."""
    files = {**minimal_files(), path: "?"}
    assert load_files(files).revision == load_files(minimal_files()).revision


def test_id_must_be_the_file_name() -> None:
    """A renamed file whose id was forgotten is found."""
    files = minimal_files()
    files["markers/lama.yaml"] = files["markers/izin_tertulis.yaml"]
    problem = only_problem(files)
    assert (problem.path, problem.line, problem.column) == ("knowledge/markers/lama.yaml", 1, 5)
    assert "Ganti id menjadi lama" in problem.advice


def test_folder(tmp_path: Path) -> None:
    """A folder gives the same knowledge as its texts, whatever its line ends."""
    write(tmp_path, minimal_files())
    (tmp_path / "words.yaml").write_bytes(minimal_files()["words.yaml"].replace("\n", "\r\n").encode())
    assert load_knowledge(tmp_path) == load_files(minimal_files())
    assert read_files(tmp_path) == minimal_files()


def test_folder_is_shown_as_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths in problems work from where the officer stands."""
    write(tmp_path / "isi", changed("policy.yaml", "memory_hours: 1", "memory_hours: 0"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(Path("isi"))
    assert str(caught.value).startswith("isi/policy.yaml:")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(tmp_path / "isi")
    assert str(caught.value).startswith("isi/policy.yaml:")


def test_folder_missing(tmp_path: Path) -> None:
    """A wrong folder is the first thing said."""
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(tmp_path / "none")
    assert caught.value.problems[0].message == "folder ini tidak ada"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Wrong encoding, size, links to nowhere and strange files are problems with a place, all in one run."""
    write(tmp_path, without("words.yaml", "wages.yaml"))
    (tmp_path / "words.yaml").write_bytes("spellings:\n  é: [\xff]\n".encode("latin-1"))
    (tmp_path / "wages.yaml").write_bytes(b"#" * 1_000_001)
    (tmp_path / "foto.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "places.yaml").unlink()
    (tmp_path / "places.yaml").symlink_to(tmp_path / "none")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(tmp_path)
    problems = caught.value.problems
    assert [(Path(problem.path).name, problem.line, problem.column, problem.message) for problem in problems] == [
        ("foto.jpg", 1, 1, "berkas ini tidak dikenal di sini"),
        ("places.yaml", 1, 1, "berkas ini tidak dikenal di sini"),
        ("wages.yaml", 1, 1, "berkas ini lebih dari 1 MB"),
        ("words.yaml", 2, 3, "ada huruf yang bukan UTF-8"),
    ]
    with pytest.raises(KnowledgeError):
        read_files(tmp_path)


def test_packaged_folder() -> None:
    """There is a folder of knowledge without any setting."""
    assert (packaged_folder() / "policy.yaml").is_file()


def test_packaged_folder_in_checkout_and_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed wheel brings its own folder; a checkout has it beside `bot/`."""
    monkeypatch.setattr("bot.knowledge.folder.__file__", str(tmp_path / "bot" / "knowledge" / "folder.py"))
    assert packaged_folder() == tmp_path / "knowledge"
    (tmp_path / "bot" / "knowledge" / "packaged").mkdir(parents=True)
    assert packaged_folder() == tmp_path / "bot" / "knowledge" / "packaged"


def test_revision() -> None:
    """Short, stable, and different for any change of a path or a text; order does not matter."""
    files = {"a": "1", "b": "2"}
    assert revision_of(files) == revision_of(dict(reversed(files.items())))
    assert len(revision_of(files)) == 12
    others = [{"a": "1"}, {"a": "1", "b": "3"}, {"a": "1", "c": "2"}, {"a": "1b2"}, {"a": "", "1b": "2"}]
    assert len({revision_of(other) for other in [files, *others]}) == 6
    assert revision_of({"a": "\ud800"})


def test_ordinary_words_model_is_one_text() -> None:
    """The file holds one long text, so that officers can add words without YAML."""
    assert OrdinaryWordsFile(words="a b").words == "a b"
