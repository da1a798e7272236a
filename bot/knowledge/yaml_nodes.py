"""Reading one YAML file into plain text values and the place of each of them.

`Tree`: lines and columns in the shape of the content. Every scalar stays text; only an empty plain scalar, `~`
and `null` are None. What officers never need and attackers like is refused: anchors, aliases, tags, merge keys,
further documents, deep nesting, large files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from bot.knowledge.problems import KnowledgeError, KnowledgeProblem, dotted
from bot.knowledge.yaml_hints import NO_KEY, hint_for

Content = Any
"""str, None, a list of content, or a dict from str to content."""
Steps = tuple[str | int, ...]
"""Keys and list indices (from 0) down to a part of the content."""
Mark = tuple[int, int]
"""Line and column, both counted from 1."""

LARGEST_FILE = 1_000_000
"""Bytes on disk, characters in memory; a folder of 10,000 phrases in one file is half of that."""
DEEPEST = 20
"""Lists and groups inside each other; the deepest model needs 5."""

_FASTEST: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.2 section 5.1 does not let stand in a file, and the byte order mark, which parsers read differently."""


@dataclass(slots=True)
class Tree:
    """Where a list or group starts, and where its parts stand."""

    mark: Mark
    """Start of the list or group."""
    keys: dict[str, Mark]
    """Where each key of a group stands; empty for a list."""
    parts: dict[str | int, Tree | Mark]
    """Where each value stands, by key or index from 0."""

    def find(self, steps: Steps) -> Mark:
        """Mark of the value at `steps`, or of the deepest part on the way that exists."""
        here: Tree | Mark = self
        for step in steps:
            if not isinstance(here, Tree) or step not in here.parts:
                break
            here = here.parts[step]
        return here.mark if isinstance(here, Tree) else here

    def find_key(self, steps: Steps) -> Mark:
        """Mark of the key named last in `steps`; of its value or group when there is no such key."""
        here: Tree | Mark = self
        for step in steps[:-1]:
            here = here.parts.get(step, here.mark) if isinstance(here, Tree) else here
        key = str(steps[-1]) if steps else ""
        return here.keys[key] if isinstance(here, Tree) and key in here.keys else self.find(steps)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is well-formed YAML."""

    path: str
    """File as shown to the officer."""
    content: dict[str, Content]
    """The whole file; the top is always a group of keys."""
    tree: Tree
    """Places of the content."""


def read_document(path: str, text: str, loader: Any = _FASTEST) -> Document:
    """The content of a file with the place of each part; raises KnowledgeError with all problems found.

    Broken YAML hides what follows it, so the list then ends with the break.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > LARGEST_FILE:
        raise KnowledgeError([too_large(path)])
    if odd := _UNPRINTABLE.search(text):
        raise KnowledgeError([_odd_character(path, text, odd.start())])
    parser = loader(text)
    try:
        return _Reader(path, text, parser.get_event).document()
    finally:
        parser.dispose()


def too_large(path: str) -> KnowledgeProblem:
    """The problem of a file beyond LARGEST_FILE."""
    return KnowledgeProblem(path, 1, 1, "berkas", "berkas ini lebih dari 1 MB", "Bagi menjadi beberapa berkas.")


def mark_at(text: str, offset: int) -> Mark:
    """Line and column of a character of `text`."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _odd_character(path: str, text: str, offset: int) -> KnowledgeProblem:
    message = f"ada huruf kendali U+{ord(text[offset]):04X} yang tidak terlihat"
    advice = "Hapus huruf itu, lalu ketik ulang barisnya."
    return KnowledgeProblem(path, *mark_at(text, offset), "berkas", message, advice)


class _Reader:
    """Turns the parser's events into content and tree in one pass; keeps the steps to where it is."""

    def __init__(self, path: str, text: str, next_event: Callable[[], Any]) -> None:
        self.path = path
        self.text = text
        self.next = next_event
        self.problems: list[KnowledgeProblem] = []
        self.steps: list[str | int] = []

    def document(self) -> Document:
        try:
            content, tree = self._only_document()
        except yaml.MarkedYAMLError as error:
            self._refuse_broken(error)
        except (yaml.YAMLError, ValueError, OverflowError):  # the latter: "\UFFFFFFFF" in the Python parser
            self._stop((1, 1), "berkas ini bukan YAML yang benar", "Bandingkan dengan aturan lain yang bekerja.")
        if self.problems:
            raise KnowledgeError(self.problems)
        return Document(self.path, content, tree)

    def _only_document(self) -> tuple[dict[str, Content], Tree]:
        self.next()  # start of stream
        if not isinstance(self.next(), yaml.DocumentStartEvent):
            self._stop((1, 1), "berkas ini kosong", "Isi berkas ini atau hapus.")
        event = self.next()
        content, tree = self._value(event)
        self.next()  # end of document
        following = self.next()
        if isinstance(following, yaml.DocumentStartEvent):
            message = "ada '---' yang memulai dokumen kedua"
            self._refuse(_mark(following), message, "Satu berkas, satu dokumen: hapus '---'.")
        if not isinstance(tree, Tree) or not isinstance(content, dict):
            self._refuse(_mark(event), "isi berkas harus berupa baris kunci: nilai", 'Mulai misalnya dengan "id: …".')
            return {}, Tree((1, 1), {}, {})
        return content, tree

    def _value(self, event: Any) -> tuple[Content, Tree | Mark]:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            return self._scalar(event), _mark(event)
        if kind is yaml.AliasEvent:
            self._refuse(_mark(event), "teks diawali tanda * (rujukan YAML)", "Apit teksnya dengan tanda kutip.")
            return None, _mark(event)
        self._check_plain(event)
        if len(self.steps) >= DEEPEST:
            self._stop(_mark(event), f"daftar bersarang lebih dari {DEEPEST} lapis", "Periksa tanda kurung.")
        return self._group(event) if kind is yaml.MappingStartEvent else self._list(event)

    def _scalar(self, event: Any) -> str | None:
        self._check_plain(event)
        value: str = event.value
        if not event.style:
            return None if value in _NULLS else value
        if event.style == '"' and (odd := _UNPRINTABLE.search(value.replace("\ufeff", ""))):  # escapes: "\0"
            message = f"ada huruf kendali U+{ord(odd.group()):04X} dalam teks"
            self._refuse(_mark(event), message, "Hapus tanda \\ beserta kodenya.")
        return value

    def _list(self, event: Any) -> tuple[list[Content], Tree]:
        items: list[Content] = []
        parts: dict[str | int, Tree | Mark] = {}
        while type(inner := self.next()) is not yaml.SequenceEndEvent:
            self.steps.append(len(items))
            content, parts[len(items)] = self._value(inner)
            items.append(content)
            self.steps.pop()
        return items, Tree(_mark(event), {}, parts)

    def _group(self, event: Any) -> tuple[dict[str, Content], Tree]:
        group: dict[str, Content] = {}
        tree = Tree(_mark(event), {}, {})
        while type(inner := self.next()) is not yaml.MappingEndEvent:
            key = self._key(inner, tree)
            self.steps.append(key)
            content, place = self._value(self.next())
            self.steps.pop()
            group.setdefault(key, content)
            tree.keys.setdefault(key, _mark(inner))
            tree.parts.setdefault(key, place)
        return group, tree

    def _key(self, event: Any, tree: Tree) -> str:
        mark = _mark(event)
        if type(event) is not yaml.ScalarEvent:
            advice = "Apit teks yang diawali {, [ atau * dengan tanda kutip."
            self._stop(mark, "kunci harus satu kata, bukan daftar atau rujukan", advice)
        self._check_plain(event)
        key: str = event.value
        if not event.style and key == "<<":
            self._refuse(mark, "kunci gabung << tidak dipakai di sini", "Tulis isinya langsung.")
        if not key.strip():
            self._refuse(mark, *NO_KEY)
        if key in tree.keys:
            message = f'kunci "{key}" sudah ada di baris {tree.keys[key][0]}'
            self._refuse(mark, message, "Hapus atau gabung salah satunya.", key)
        return key

    def _check_plain(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(_mark(event), "teks diawali tanda & (jangkar YAML)", "Apit teksnya dengan tanda kutip.")
        if event.tag is not None:
            self._refuse(_mark(event), "teks diawali tanda ! (tag YAML)", "Apit teksnya dengan tanda kutip.")

    def _refuse_broken(self, error: yaml.MarkedYAMLError) -> NoReturn:
        place = error.problem_mark or error.context_mark
        if error.context_mark and "quoted scalar" in str(error.context):
            place = error.context_mark  # where the quote opens, not the end of the file
        line, column = (place.line, place.column) if place else (0, 0)
        message, advice = hint_for(str(error.problem), self.text.split("\n"), line, column)
        self._stop((line + 1, column + 1), message, advice)

    def _refuse(self, mark: Mark, message: str, advice: str, *further: str) -> None:
        field = dotted((*self.steps, *further)) or "berkas"
        self.problems.append(KnowledgeProblem(self.path, *mark, field, message, advice))

    def _stop(self, mark: Mark, message: str, advice: str) -> NoReturn:
        self._refuse(mark, message, advice)
        raise KnowledgeError(self.problems)


def _mark(event: Any) -> Mark:
    start = event.start_mark
    return start.line + 1, start.column + 1
