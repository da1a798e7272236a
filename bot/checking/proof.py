"""Proof: runs every example that the knowledge carries and says which do not hold, with file, line and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.checking import read
from bot.checking.compiled import Compiled, RuleType
from bot.checking.pathways import choose, rank_pathways
from bot.checking.reading import Match, Reading, read_message
from bot.knowledge.fields import Level
from bot.knowledge.near_duplicates import near_duplicates
from bot.knowledge.pathways import Pathway
from bot.knowledge.problems import KnowledgeProblem
from bot.knowledge.schema import ExampleMessage, MustMatch, MustNotMatch, Rule

Place = tuple[str | int, ...]

_GRAVITY: tuple[Level, ...] = ("no_signs", "caution", "danger", "emergency")


@dataclass(frozen=True, slots=True)
class Case:
    """One example with what it must show."""

    place: Place
    """Where it stands in the knowledge: ("red_flags", "document_retention", "examples", "must_match", 2)."""
    example: MustMatch | MustNotMatch | ExampleMessage | str
    """The example; a plain text is an ordinary line, or a question of a pathway."""

    @property
    def name(self) -> str:
        """ "document_retention/must_match/2": unique, readable in a test report."""
        return "/".join(str(step) for step in self.place[1:] if step != "examples")


def cases(compiled: Compiled) -> Iterator[Case]:
    """Every example of every rule that is not retired, then the questions of pathways, whole messages and ordinary lines."""
    knowledge = compiled.knowledge
    for section, rules in ((RuleType.RED_FLAG, knowledge.red_flags), (RuleType.MARKER, knowledge.markers),
                           (RuleType.KIND_CUE, knowledge.kind_cues)):  # fmt: skip
        for rule in rules.values():
            if rule.status != "retired":
                yield from _rule_cases(section.value, rule)
    for pathway in knowledge.pathways.values():
        if pathway.status == "active":
            yield from _pathway_cases(pathway)
    for path, file in knowledge.examples:
        for number, message in enumerate(file.messages if file.role == "proof" else ()):
            yield Case(("examples", path, "messages", number), message)
        for number, line in enumerate(file.ordinary):
            yield Case(("examples", path, "ordinary", number), line)


def _rule_cases(section: str, rule: Rule) -> Iterator[Case]:
    for family in ("must_match", "must_not_match", "known_gaps"):
        for number, example in enumerate(getattr(rule.examples, family)):
            yield Case((section, rule.id, "examples", family, number), example)


def _pathway_cases(pathway: Pathway) -> Iterator[Case]:
    for number, question in enumerate(pathway.examples.must_match):
        yield Case(("pathways", pathway.id, "examples", "must_match", number), question)
    for number, other in enumerate(pathway.examples.must_not_match):
        yield Case(("pathways", pathway.id, "examples", "must_not_match", number), other)


def failure(case: Case, compiled: Compiled) -> str | None:
    """What is wrong with an example, as a sentence for the officer; None if it holds."""
    if case.place[0] == "pathways":
        return _pathway_failure(case, compiled)
    if isinstance(case.example, ExampleMessage):
        return _message_failure(case.example, compiled)
    if isinstance(case.example, str):
        return _ordinary_failure(case.example, compiled)
    reading = read_message(case.example.text, compiled)
    match = next((match for match in _all(reading) if match.rule == case.place[1]), None)
    if case.place[3] == "must_match":
        assert isinstance(case.example, MustMatch)
        return _must_match_failure(case.example, match)
    if case.place[3] == "known_gaps":
        return None if match is None else "Celah ini sudah tertangkap. Pindahkan ke must_match."
    return None if match is None else f"Aturan ini tidak boleh kena di sini, tetapi menemukan “{match.quote}”."


def _must_match_failure(example: MustMatch, match: Match | None) -> str | None:
    if match is None:
        return "Aturan ini tidak menemukan apa pun di contoh ini. Tambah frasa, atau ejaan di words.yaml."
    if match.quote != example.quote:
        return f"Kutipannya “{match.quote}”, bukan “{example.quote}”. Perbaiki quote atau frasanya."
    return None


def _message_failure(example: ExampleMessage, compiled: Compiled) -> str | None:
    found = read(example.text, compiled)
    assessment = found.assessed()
    if assessment.kind != example.kind:
        return f"Jenisnya terbaca {assessment.kind}, seharusnya {example.kind}."
    silent = {flag for flag in example.flags if compiled.knowledge.red_flags[flag].status != "active"}
    if assessment.level != example.level and not (silent and _milder(assessment.level, example.level)):
        return f"Tingkatnya terbaca {assessment.level}, seharusnya {example.level}."
    missing = set(example.flags) - silent - {match.rule for match in found.reading.flags}
    return f"Tanda yang tidak ditemukan: {', '.join(sorted(missing))}." if missing else None


def _milder(found: Level | None, wanted: Level | None) -> bool:
    """Whoever silences a sign wants the messages that name it answered more mildly; never more gravely."""
    return found is not None and wanted is not None and _GRAVITY.index(found) < _GRAVITY.index(wanted)


def _pathway_failure(case: Case, compiled: Compiled) -> str | None:
    """Its own questions come to a pathway first; others are never answered by it outright."""
    pathway = case.place[1]
    if isinstance(case.example, str):
        first = rank_pathways(case.example, compiled)[0].pathway
        return (
            None
            if first == pathway
            else f"Pertanyaan ini sampai ke {first}. Tambah frasa di asks, atau pindahkan ke sana."
        )
    assert isinstance(case.example, MustNotMatch)
    choice = choose(rank_pathways(case.example.text, compiled))
    answered = choice.sure and choice.pathways == (pathway,)
    return "Pertanyaan ini tidak boleh dijawab di sini." if answered else None


def _ordinary_failure(line: str, compiled: Compiled) -> str | None:
    flags = compiled.knowledge.red_flags
    for match in read_message(line, compiled).flags:
        if flags[match.rule].severity != "low":
            return f"Kalimat biasa, tetapi {match.rule} menemukan “{match.quote}”."
    return None


def _all(reading: Reading) -> tuple[Match, ...]:
    return (*reading.flags, *reading.markers, *reading.cues, *reading.drafts)


def prove(case: Case, compiled: Compiled) -> KnowledgeProblem | None:
    """The problem with an example, at its line and column; None if it holds."""
    wrong = failure(case, compiled)
    return None if wrong is None else compiled.knowledge.locations.problem(case.place, wrong)


def repeated_messages(compiled: Compiled) -> list[KnowledgeProblem]:
    """A problem for every example message that repeats most of an earlier one."""
    knowledge = compiled.knowledge
    places = [
        ("examples", path, "messages", number)
        for path, file in knowledge.examples
        for number in range(len(file.messages))
    ]
    texts = [message.text for _, file in knowledge.examples for message in file.messages]
    return [
        knowledge.locations.problem(
            places[number], f"Pesan ini hampir sama dengan {places[earlier][1]} nomor {places[earlier][3] + 1}.",
            "Hapus salah satunya, atau tulis dengan cara yang benar-benar lain.",
        )
        for number, earlier in near_duplicates(texts)
    ]  # fmt: skip
