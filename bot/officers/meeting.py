"""Meeting: where the packaged files, what officers published and a folder of files differ, and what follows from it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.failures import Failure
from bot.knowledge.folder import read_package
from bot.knowledge.layout import TRAINED, type_of
from bot.officers.package import Package
from bot.officers.revisions import NOT_PACKAGED, Overlay, Revision, belongs, conflicts, hash_of, overlaid

MARK = ".revisi.json"
"""In an exported folder: from which revision and package it was written, so that an import knows what was changed in it."""

State = Literal["officers", "package", "both", "same"]
"""officers: only they changed it; package: only the release did; both: a conflict; same: both, to the same text."""


class NoFolder(Failure):
    """The folder is not there, or cannot be written."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not everywhere the same."""

    path: str
    """Inside the knowledge folder."""
    state: State
    """Who changed it."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did."""

    written: int
    """Files whose content changed or that are new."""
    erased: tuple[str, ...]
    """Files that are not part of the live knowledge."""


@dataclass(frozen=True, slots=True)
class Mark:
    """From what a folder was exported."""

    number: int
    """The revision."""
    package: str
    """Revision name of the package."""


def differences(live: Revision, package: Package, published_over: Mapping[str, str] | None) -> tuple[Difference, ...]:
    """Every file that officers or the release changed, sorted by path.

    ``published_over``: hashes of the package over which the live revision was published; None: not known.
    """
    met = set(conflicts(live, package.hashes))
    found: dict[str, State] = {}
    for path, text in live.files.items():
        same = package.hashes.get(path, NOT_PACKAGED) == (NOT_PACKAGED if text is None else hash_of(text))
        found[path] = "same" if same else "both" if path in met else "officers"
    old = package.hashes if published_over is None else published_over
    for path in old.keys() | package.hashes.keys():
        if path not in found and old.get(path) != package.hashes.get(path):
            found[path] = "package"
    return tuple(Difference(path, state) for path, state in sorted(found.items()))


def export(live: Revision, package: Package, folder: Path) -> Exported:
    """Write the live knowledge as files; knowledge files in the folder that are not live any more are erased, others stay.

    Raises NoFolder.
    """
    texts = overlaid(package.texts(), live.files)
    written, erased = 0, []
    try:
        for path, text in texts.items():
            file = folder / path
            content = b64decode(text) if path == TRAINED else text.encode()
            if not file.is_file() or file.read_bytes() != content:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
                written += 1
        for file in sorted(folder.rglob("*.yaml")):
            path = file.relative_to(folder).as_posix()
            if path not in texts and belongs(path):
                file.unlink()
                erased.append(path)
        mark = {"number": live.number, "package": package.name}
        (folder / MARK).write_text(json.dumps(mark) + "\n", "utf-8")
    except OSError as error:
        raise NoFolder(f"Folder {folder} tidak bisa ditulis ({error.strerror}).") from None
    return Exported(written, tuple(erased))


def read_mark(folder: Path) -> Mark | None:
    """From what the folder was exported; None when it was not, or the mark is gone."""
    try:
        told = json.loads((folder / MARK).read_text("utf-8"))
        return Mark(int(told["number"]), str(told["package"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def folder_changes(
    folder: Path, live: Mapping[str, str], base: Revision, base_package: Mapping[str, str]
) -> dict[str, str | None]:
    """What was changed in a folder since it was exported from ``base``, and is not live yet; None: erased there.

    ``base_package``: hashes of the package at that time. What others changed meanwhile is no change of the folder.
    Raises KnowledgeError when a file cannot be read.
    """
    here = read_package(folder)
    before = {path: known for path, known in base_package.items() if path not in base.files}
    before |= {path: hash_of(text) for path, text in base.files.items() if text is not None}
    changes: dict[str, str | None] = {}
    for path in sorted(here.keys() | live.keys()):
        if path == TRAINED and path not in here:
            continue  # a folder without weights says nothing of them
        text = here.get(path)
        changed = before.get(path) != (None if text is None else hash_of(text))
        if changed and text != live.get(path) and (path == TRAINED or type_of(path) is not None):
            changes[path] = text
    return changes


def parted(changes: Overlay, package: Package) -> tuple[dict[str, str | None], list[str]]:
    """Changes that need to be kept, and paths at which the packaged file is just what is wanted."""
    kept: dict[str, str | None] = {}
    as_packaged: list[str] = []
    for path, text in changes.items():
        packaged = package.hashes.get(path, NOT_PACKAGED)
        if packaged == (NOT_PACKAGED if text is None else hash_of(text)):
            as_packaged.append(path)
        else:
            kept[path] = text
    return kept, as_packaged
