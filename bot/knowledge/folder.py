"""The knowledge folder on disk: its texts, and what in it cannot be read or does not belong there."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path

from bot.knowledge.layout import RETRAIN, TRAINED, is_beside, type_of, unknown_file
from bot.knowledge.problems import KnowledgeError, KnowledgeProblem
from bot.knowledge.yaml_nodes import LARGEST_FILE, mark_at, too_large


def packaged_folder() -> Path:
    """The knowledge that came with the bot: inside an installed wheel, else `knowledge/` beside `bot/`."""
    packaged = Path(__file__).with_name("packaged")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "knowledge"


def read_files(folder: Path) -> dict[str, str]:
    """Texts of the knowledge files in `folder`, by path inside it; raises KnowledgeError when one cannot be read."""
    files, problems = read_folder(folder, shown(folder))
    if problems:
        raise KnowledgeError(problems)
    return files


def read_trained(folder: Path) -> bytes:
    """Weights of the example reader beside the knowledge; empty when there are none or they cannot be read."""
    try:
        return (folder / TRAINED).read_bytes()
    except OSError:
        return b""


def read_package(folder: Path) -> dict[str, str]:
    """All that the bot answers with, as texts: the files, and the weights of the example reader as `weights_text` has
    them; raises KnowledgeError when a file cannot be read."""
    weights = read_trained(folder)
    return read_files(folder) | ({TRAINED: weights_text(weights)} if weights else {})


def weights_text(weights: bytes) -> str:
    """Weights as a text (base64), so that they can stand among the files."""
    return b64encode(weights).decode()


def weights_of(texts: Mapping[str, str]) -> bytes:
    """The weights among these texts; empty when there are none. Raises KnowledgeError when they are no base64."""
    try:
        return b64decode(texts.get(TRAINED, ""), validate=True)
    except (binascii.Error, ValueError):  # the latter: letters beyond ASCII
        problem = KnowledgeProblem(TRAINED, 1, 1, "berkas", "bobot pembaca contoh rusak", RETRAIN)
        raise KnowledgeError([problem]) from None


def shown(folder: Path) -> str:
    """The folder as the officer would type it: relative to the working directory where possible."""
    try:
        return folder.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):  # the latter: the working directory is gone
        return folder.as_posix()


def read_folder(folder: Path, shown_as: str) -> tuple[dict[str, str], list[KnowledgeProblem]]:
    """Texts by path inside the folder, and what cannot be read or does not belong there."""
    if not folder.is_dir():
        return {}, [KnowledgeProblem(shown_as, 1, 1, "folder", "folder ini tidak ada", "Periksa alamat foldernya.")]
    files: dict[str, str] = {}
    problems: list[KnowledgeProblem] = []
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if file.is_dir() or is_beside(path):
            continue
        if type_of(path) is None or not file.is_file():
            problems.append(unknown_file(path, shown_as))
            continue
        text = _read_text(file, f"{shown_as}/{path}")
        if isinstance(text, str):
            files[path] = text
        else:
            problems.append(text)
    return files, problems


def _read_text(file: Path, path: str) -> str | KnowledgeProblem:
    try:
        if file.stat().st_size > LARGEST_FILE:
            return too_large(path)
        content = file.read_bytes()
    except OSError:
        return KnowledgeProblem(path, 1, 1, "berkas", "berkas ini tidak bisa dibuka", "Periksa izin berkasnya.")
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        message = "ada huruf yang bukan UTF-8"
        return KnowledgeProblem(path, *mark_at(before, len(before)), "berkas", message, "Simpan ulang sebagai UTF-8.")
