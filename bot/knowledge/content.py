"""Knowledge: everything officers know, loaded and checked; Locations: where each part of it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.knowledge.pathways import Pathway
from bot.knowledge.problems import KnowledgeProblem, dotted
from bot.knowledge.schema import (
    Contact,
    DoNotUse,
    ExamplesFile,
    KindCue,
    Marker,
    PlacesFile,
    Policy,
    RedFlag,
    Rule,
    WagesFile,
    WordsFile,
)
from bot.knowledge.yaml_nodes import Steps, Tree, read_document


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file, as editors jump to it."""

    path: str
    """File as shown to the officer."""
    line: int
    """Counted from 1."""
    column: int
    """Counted from 1, in characters."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(slots=True)
class Locations:
    """Finds the file, line and column of every part of the knowledge.

    A place is given as steps: section, then id where the section has several files, then keys and indices:
    ("red_flags", "document_retention", "phrases", 0), ("policy", "danger_from"), ("replies", "id", "replies", key),
    ("examples", "examples/offers.yaml", "messages", 3).
    """

    files: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    """By first steps of a place: the file as shown, and its text. The places in it are read again when one is asked for:
    kept, they took 10 MB and broke up the memory of what is compiled."""
    trees: dict[str, Tree] = field(default_factory=dict, repr=False)
    """By file as shown: the places in it, when they have been asked for."""

    def find(self, place: Steps) -> Location:
        """Where `place` is written, or the nearest part around it that exists; KeyError for an unknown file."""
        path, tree, steps = self._file(place)
        return Location(path, *tree.find(steps))

    def problem(self, place: Steps, message: str, advice: str = "") -> KnowledgeProblem:
        """A problem at `place`; both sentences in Indonesian."""
        path, tree, steps = self._file(place)
        return KnowledgeProblem(path, *tree.find(steps), dotted(steps) or "berkas", message, advice)

    def problem_with_key(self, place: Steps, message: str, advice: str = "") -> KnowledgeProblem:
        """A problem with the key that `place` ends in, not with what stands under it."""
        path, tree, steps = self._file(place)
        return KnowledgeProblem(path, *tree.find_key(steps), dotted(steps), message, advice)

    def _file(self, place: Steps) -> tuple[str, Tree, Steps]:
        for length in (2, 1):
            found = self.files.get(tuple(str(step) for step in place[:length]))
            if found:
                path, text = found
                if path not in self.trees:
                    self.trees[path] = read_document(path, text).tree
                return path, self.trees[path], place[length:]
        raise KeyError(place)


@dataclass(slots=True)
class Draft:
    """What could be read so far; the checks across files run on it although some files may be broken."""

    red_flags: dict[str, RedFlag] = field(default_factory=dict)
    """By id, as all that follow."""
    markers: dict[str, Marker] = field(default_factory=dict)
    """Rules for signs of a lawful path."""
    kind_cues: dict[str, KindCue] = field(default_factory=dict)
    """Rules for the kind of a message."""
    pathways: dict[str, Pathway] = field(default_factory=dict)
    """Answers to questions."""
    contacts: dict[str, Contact] = field(default_factory=dict)
    """Official contacts."""
    do_not_use: tuple[DoNotUse, ...] = ()
    """Numbers and sites that must never be shown."""
    words: WordsFile | None = None
    """None, here and below, when the file is missing or broken."""
    ordinary_words: frozenset[str] = frozenset()
    """Words that are no misspelling."""
    places: PlacesFile | None = None
    """Countries and places."""
    wages: WagesFile | None = None
    """Typical pay."""
    policy: Policy | None = None
    """How readings become a level."""
    replies: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """By language, then by key."""
    examples: list[tuple[str, ExamplesFile]] = field(default_factory=list)
    """Path inside the knowledge folder, and what it holds."""
    locations: Locations = field(default_factory=Locations)
    """Where everything is written."""
    names: dict[str, set[str]] = field(default_factory=dict)
    """By section, the names of all its files, broken ones too: a rule may name a contact that does not load."""

    def rules(self) -> Iterator[tuple[str, Rule]]:
        """(section, rule) for all red flags, markers and kind cues."""
        for section, rules in (("red_flags", self.red_flags), ("markers", self.markers), ("kind_cues", self.kind_cues)):
            for rule in rules.values():
                yield section, rule


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Checked knowledge; never changes, a new revision is built beside it."""

    red_flags: Mapping[str, RedFlag]
    """Signs of trafficking, by id, sorted."""
    markers: Mapping[str, Marker]
    """Signs of a lawful path, by id, sorted."""
    kind_cues: Mapping[str, KindCue]
    """Words by which the kind of a message is known, by id, sorted."""
    pathways: Mapping[str, Pathway]
    """Legal ways abroad and other answers to questions, by id, sorted."""
    contacts: Mapping[str, Contact]
    """Official contacts, by id, sorted."""
    do_not_use: tuple[DoNotUse, ...]
    """Numbers and sites that must never be shown."""
    words: WordsFile
    """Spellings and word lists."""
    ordinary_words: frozenset[str]
    """Common words that are never a misspelling of another, lower case."""
    places: PlacesFile
    """Countries, towns, ports, crossings."""
    wages: WagesFile
    """Typical pay, and exchange rates."""
    policy: Policy
    """How readings become a level."""
    replies: Mapping[str, Mapping[str, str]]
    """Sentences of the bot by language ("id", "en"), then by key."""
    examples: tuple[tuple[str, ExamplesFile], ...]
    """(path inside the knowledge folder, content), sorted by path; the path is the second step of their places."""
    revision: str
    """12 hexadecimal digits that name exactly this content."""
    locations: Locations = field(compare=False, repr=False)
    """Where each part is written."""
    reader: bytes = field(default=b"", compare=False, repr=False)
    """Weights of the example reader as training left them beside the files; empty when there are none."""
    sentences: bytes = field(default=b"", compare=False, repr=False)
    """Weights of the sentence reader, likewise."""
