"""Loading: files become Knowledge, or a KnowledgeError that lists everything wrong with all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.knowledge.advice import problems_of
from bot.knowledge.checks import check_all
from bot.knowledge.content import Draft, Knowledge
from bot.knowledge.folder import read_folder, read_trained, shown, weights_of
from bot.knowledge.layout import COMPULSORY, FileType, is_beside, location_key, type_of, unknown_file
from bot.knowledge.pathways import Pathway
from bot.knowledge.problems import KnowledgeError, KnowledgeProblem
from bot.knowledge.revision import revision_of
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
from bot.knowledge.yaml_nodes import read_document

__all__ = ["Knowledge", "load_files", "load_knowledge"]

Item = TypeVar("Item")


def load_knowledge(folder: Path, *, examples: bool = True) -> Knowledge:
    """The knowledge in `folder`; raises KnowledgeError with all problems of all files together.

    Without `examples` the example messages are neither checked nor kept: answering people needs none of them, and they
    are most of the text. The revision is the same.
    """
    shown_as = shown(folder)
    files, problems = read_folder(folder, shown_as)
    return replace(_load(files, problems, shown_as, examples), reader=read_trained(folder))


Known = dict[tuple[str, bytes], BaseModel]
"""What files were found to hold, by path and digest of the text."""


def load_files(
    files: Mapping[str, str], shown_as: str = "knowledge", *, examples: bool = True, known: Known | None = None
) -> Knowledge:
    """Knowledge from file texts by path inside the folder ("red_flags/overstay.yaml"); raises KnowledgeError.

    Weights of the example reader may be among them, as `folder.weights_text` has them. `shown_as` is put before each path
    in problems and locations; without `examples` as in `load_knowledge`. Files that are ``known`` are not read again;
    afterwards exactly those of this knowledge are.
    """
    texts = {path: text for path, text in files.items() if not is_beside(path)}
    return replace(_load(texts, [], shown_as, examples, known), reader=weights_of(files))


def _load(
    files: Mapping[str, str],
    problems: list[KnowledgeProblem],
    shown_as: str,
    examples: bool = True,
    known: Known | None = None,
) -> Knowledge:
    draft = Draft()
    held: Known = {}
    unreadable = {problem.path for problem in problems}
    absent = [f"{shown_as}/{path}" for path in COMPULSORY if path not in files]
    problems = problems + [_missing(path, "berkas") for path in absent if path not in unreadable]
    for path in sorted(files):
        if not examples and path.startswith("examples/"):
            continue
        problems += _add_file(draft, path, files[path], shown_as, known or {}, held)
    if not draft.names.get("red_flags"):
        problems.append(_missing(f"{shown_as}/red_flags", "tanda bahaya"))
    problems += check_all(draft)
    if problems:
        raise KnowledgeError(problems)
    if known is not None:
        known.clear()
        known.update(held)
    return _finished(draft, revision_of(files))


def _missing(path: str, what: str) -> KnowledgeProblem:
    advice = "Tulis berkasnya, atau periksa apakah folder yang dipilih benar."
    return KnowledgeProblem(path, 1, 1, "berkas", f"{what} wajib ada", advice)


def _add_file(draft: Draft, path: str, text: str, shown_as: str, known: Known, held: Known) -> list[KnowledgeProblem]:
    """Puts one file into the draft; its own problems come back, and a broken file leaves only its name."""
    kind = type_of(path)
    if kind is None:
        return [unknown_file(path, shown_as)]
    key = location_key(path, kind)
    draft.names.setdefault(kind.section, set()).add(key[-1])
    mark = path, sha256(text.encode("utf-8", "surrogatepass")).digest()
    if (item := known.get(mark)) is not None:
        held[mark] = item
        draft.locations.files[key] = (f"{shown_as}/{path}", text)
        return _put(draft, key, kind, item)
    try:
        document = read_document(f"{shown_as}/{path}", text)
    except KnowledgeError as error:
        return list(error.problems)
    draft.locations.files[key] = (document.path, text)
    try:
        item = kind.model.model_validate(document.content)
    except ValidationError as error:
        return problems_of(error, kind.model, document)
    held[mark] = item
    return _put(draft, key, kind, item)


def _put(draft: Draft, key: tuple[str, ...], kind: FileType, item: BaseModel) -> list[KnowledgeProblem]:
    name = key[-1]
    if isinstance(item, RedFlag | Marker | KindCue | Contact | Pathway):
        if item.id != name:
            advice = f"Ganti id menjadi {name}, atau ganti nama berkasnya."
            return [draft.locations.problem((*key, "id"), f'id "{item.id}" tidak sama dengan nama berkas', advice)]
        getattr(draft, kind.section)[name] = item
    elif isinstance(item, RepliesFile):
        draft.replies[name] = MappingProxyType(item.replies)
    elif isinstance(item, ExamplesFile):
        draft.examples.append((name, item))
    else:
        _put_single(draft, item)
    return []


def _put_single(draft: Draft, item: BaseModel) -> None:
    match item:
        case DoNotUseFile():
            draft.do_not_use = tuple(item.do_not_use)
        case OrdinaryWordsFile():
            draft.ordinary_words = frozenset(item.words.lower().split())
        case WordsFile():
            draft.words = item
        case PlacesFile():
            draft.places = item
        case WagesFile():
            draft.wages = item
        case Policy():
            draft.policy = item


def _finished(draft: Draft, revision: str) -> Knowledge:
    """The draft as knowledge; every compulsory file has been read when this is called."""
    words, places, wages, policy = draft.words, draft.places, draft.wages, draft.policy
    assert words is not None
    assert places is not None
    assert wages is not None
    assert policy is not None
    return Knowledge(
        red_flags=_frozen(draft.red_flags),
        markers=_frozen(draft.markers),
        kind_cues=_frozen(draft.kind_cues),
        pathways=_frozen(draft.pathways),
        contacts=_frozen(draft.contacts),
        do_not_use=draft.do_not_use,
        words=words,
        ordinary_words=draft.ordinary_words,
        places=places,
        wages=wages,
        policy=policy,
        replies=_frozen(draft.replies),
        examples=tuple(draft.examples),
        revision=revision,
        locations=draft.locations,
    )


def _frozen(items: dict[str, Item]) -> Mapping[str, Item]:
    return MappingProxyType(dict(sorted(items.items())))
