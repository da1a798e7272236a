"""Which file of the knowledge folder is of which type, and which files must be there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic import BaseModel

from bot.knowledge.pathways import Pathway
from bot.knowledge.problems import KnowledgeProblem, listed, meant
from bot.knowledge.schema import (
    Contact,
    DoNotUseFile,
    ExamplesFile,
    KindCue,
    Marker,
    OrdinaryWordsFile,
    PlacesFile,
    Policy,
    RedFlag,
    RepliesFile,
    WagesFile,
    WordsFile,
)


@dataclass(frozen=True, slots=True)
class FileType:
    """One type of knowledge file."""

    name: str
    """Name of its JSON Schema: schema/<name>.json."""
    section: str
    """Where its content stands in ``Knowledge``, and the first step of its locations."""
    model: type[BaseModel]
    """What the file must hold."""
    path: str
    """Path of its only file, or a folder that ends in / for one file each."""
    title: str
    """What it is, in Indonesian, for editors."""

    @property
    def is_folder(self) -> bool:
        """True when there may be many files of this type."""
        return self.path.endswith("/")


FILE_TYPES = (
    FileType("red_flag", "red_flags", RedFlag, "red_flags/", "Tanda bahaya: satu tanda TPPO atau penempatan ilegal."),
    FileType("marker", "markers", Marker, "markers/", "Petunjuk resmi: satu tanda jalur resmi yang bisa dicek."),
    FileType("kind_cue", "kind_cues", KindCue, "kinds/", "Ciri jenis pesan."),
    FileType("pathway", "pathways", Pathway, "pathways/", "Jalur resmi dan jawaban atas pertanyaan."),
    FileType("do_not_use", "do_not_use", DoNotUseFile, "contacts/do_not_use.yaml", "Nomor dan situs terlarang."),
    FileType("contact", "contacts", Contact, "contacts/", "Kontak resmi."),
    FileType("words", "words", WordsFile, "words.yaml", "Ejaan dan daftar kata."),
    FileType("ordinary_words", "ordinary_words", OrdinaryWordsFile, "ordinary_words.yaml", "Kata sehari-hari."),
    FileType("places", "places", PlacesFile, "places.yaml", "Negara dan tempat."),
    FileType("wages", "wages", WagesFile, "wages.yaml", "Gaji yang biasa dan kurs."),
    FileType("policy", "policy", Policy, "policy.yaml", "Kebijakan: dari temuan menjadi tingkat."),
    FileType("replies", "replies", RepliesFile, "replies/", "Kalimat bot."),
    FileType("examples", "examples", ExamplesFile, "examples/", "Pesan contoh dengan hasil yang diharapkan."),
)
"""In the order in which a path is looked up: a named file before the folder that holds it."""

LANGUAGES = ("id", "en")
COMPULSORY = tuple(kind.path for kind in FILE_TYPES if not kind.is_folder) + tuple(
    f"replies/{language}.yaml" for language in LANGUAGES
)
"""Files without which the bot cannot answer; beside them it needs at least one red flag."""

_FOLDERS = tuple(dict.fromkeys(kind.path.partition("/")[0] for kind in FILE_TYPES if "/" in kind.path))
_BESIDE = ("README.md", "QUALITY.md")
TRAINED = "reader/weights.npz"
"""Weights of the example reader, which training writes beside the knowledge."""
RETRAIN = "Jalankan: python -m bot train"
"""What to do about weights that cannot be used."""


def is_beside(path: str) -> bool:
    """True for files that stand in the folder but are no knowledge: schemas, notes, hidden files of editors."""
    parts = path.split("/")
    return (
        any(part.startswith(".") for part in parts)
        or parts[-1] in _BESIDE
        or path == TRAINED
        or (len(parts) == 2 and parts[0] == "schema" and path.endswith(".json"))
    )


def type_of(path: str) -> FileType | None:
    """The type of the file at `path` (relative, with /), or None when nothing belongs there."""
    if path in COMPULSORY or (path.endswith(".yaml") and not path.startswith("replies/")):
        return next((kind for kind in FILE_TYPES if _belongs(path, kind)), None)
    return None


def _belongs(path: str, kind: FileType) -> bool:
    if not kind.is_folder:
        return path == kind.path
    deep = kind.name == "examples"
    return path.startswith(kind.path) and (deep or path.count("/") == 1)


def location_key(path: str, kind: FileType) -> tuple[str, ...]:
    """First steps of locations in this file: ("red_flags", id), ("policy",), ("examples", path)."""
    if not kind.is_folder:
        return (kind.section,)
    return (kind.section, path if kind.name == "examples" else PurePosixPath(path).stem)


def unknown_file(path: str, shown_as: str) -> KnowledgeProblem:
    """The problem that nothing belongs at `path`; a strange folder gives the same problem for all its files."""
    folder, _, name = path.partition("/")
    if name and folder not in _FOLDERS:
        advice = meant(folder, _FOLDERS) or f"Yang ada: {listed(_FOLDERS)}."
        return KnowledgeProblem(f"{shown_as}/{folder}", 1, 1, "folder", f'folder "{folder}" tidak dikenal', advice)
    suffix = PurePosixPath(path).suffix
    if suffix != ".yaml" and suffix.lower() in (".yaml", ".yml"):
        advice = "Ganti akhiran nama berkas menjadi .yaml."
    else:
        beside = [known for known in map(PurePosixPath, COMPULSORY) if known.parent == PurePosixPath(path).parent]
        names = [known.name for known in beside]
        advice = meant(PurePosixPath(path).name, names) or "Pindahkan ke folder yang benar atau hapus."
    return KnowledgeProblem(f"{shown_as}/{path}", 1, 1, "berkas", "berkas ini tidak dikenal di sini", advice)
