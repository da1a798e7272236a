"""Preview (pure): what a change would do before it is published, over all examples, ordinary text and past cases."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.checking import Compiled, check, compile_knowledge
from bot.checking.mutations import MUTATIONS, mutate
from bot.checking.proof import Case, cases, failure
from bot.checking.reading import read_message
from bot.knowledge import load_files
from bot.knowledge.content import Knowledge
from bot.knowledge.problems import KnowledgeError, KnowledgeProblem
from bot.knowledge.schema import ExampleMessage, RedFlag
from bot.officers.plain_words import problem_lines
from bot.officers.touched import changed_rules, touches

MOST_KEPT = 20
"""Changes, quotes and problems kept of each kind; all are counted."""
_TIMED = 150
"""Texts by which the cost is measured."""
_HARMLESS = ("no_signs", "question", "other", "warning")

Progress = Callable[[float], None]
"""Told the part that is done, 0–1."""


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A text that would be answered otherwise."""

    where: str
    """"kasus CD-1234" or the place of an example."""
    before: str
    """Level or, without one, kind."""
    after: str
    """Likewise."""
    quote: str
    """What the changed rule finds there; empty if it finds nothing."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do."""

    problems: tuple[str, ...] = ()
    """Why the files cannot be used at all, a line each; the rest is empty then."""
    broken: tuple[str, ...] = ()
    """Examples that hold today and would not hold any more, a line each."""
    broken_count: int = 0
    """How many."""
    ordinary: tuple[tuple[str, str], ...] = ()
    """(harmless text, quote) in which a changed rule would fire and does not fire today."""
    ordinary_count: int = 0
    """How many."""
    ordinary_total: int = 0
    """Out of how many harmless texts."""
    changes: tuple[LevelChange, ...] = ()
    """Cases first, then examples."""
    change_count: int = 0
    """How many."""
    cases: int = 0
    """Cases that were looked at."""
    case_hits: int = 0
    """Cases in which a changed rule would find something."""
    escapes: tuple[tuple[str, str], ...] = ()
    """(how it was rewritten, rewritten example) that a changed rule would not find."""
    escape_count: int = 0
    """How many."""
    rewritten: int = 0
    """Out of how many rewritten examples."""
    named: int = 0
    """Example messages that name a red flag which the change retires; it is not demanded there any more."""
    ms_before: float = 0.0
    """Milliseconds for one check today, median."""
    ms_after: float = 0.0
    """Likewise with the change."""
    seconds: float = field(default=0.0, compare=False)
    """What the preview itself took."""

    @property
    def may_be_published(self) -> bool:
        """False while it cannot be used, or breaks an example."""
        return not self.problems and not self.broken_count

    @property
    def wants_reason(self) -> bool:
        """True when whoever publishes it must write down why."""
        return self.ordinary_count > 0


def preview(
    before: Mapping[str, str],
    after: Mapping[str, str],
    past: Sequence[tuple[str, str]],
    progress: Progress = lambda part: None,
) -> Preview:
    """What changing the live texts to ``after`` would do; drafts are looked at as if they were active.

    Weights of the example reader belong to the texts. ``past``: (number, text) of cases. Takes about 5 seconds, and 0.5 ms for
    each case that the change does not reach. Raises KnowledgeError when ``before`` itself cannot be used.
    """
    begun = time.perf_counter()
    paths = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    try:
        new = _compiled(after, paths)
    except KnowledgeError as error:
        return Preview(problems=problem_lines(error.problems, paths[0] if len(paths) == 1 else "\0"))
    progress(0.1)
    old = _compiled(before, ())
    progress(0.2)
    work = _Work(old, new, progress)
    found = work.run(past)
    return replace(found, seconds=time.perf_counter() - begun)


def _compiled(files: Mapping[str, str], paths: Sequence[str]) -> Compiled:
    return compile_knowledge(_awake(load_files(files), paths))


def _awake(knowledge: Knowledge, paths: Sequence[str]) -> Knowledge:
    """The knowledge with the drafts among these files in use."""
    flags = {
        name: flag.model_copy(update={"status": "active"})
        if flag.status == "draft" and f"red_flags/{name}.yaml" in paths
        else flag
        for name, flag in knowledge.red_flags.items()
    }
    return replace(knowledge, red_flags=flags)


class _Work:
    """One preview while it runs."""

    def __init__(self, old: Compiled, new: Compiled, progress: Progress) -> None:
        self.old, self.new, self.progress = old, new, progress
        self.rules = changed_rules(old.knowledge, new.knowledge)
        self.touched = touches(old, new)
        self.pathways = old.knowledge.pathways != new.knowledge.pathways
        self.done, self.total = 0, 1

    def run(self, past: Sequence[tuple[str, str]]) -> Preview:
        proofs, messages = list(cases(self.new)), list(_messages(self.new.knowledge))
        self.total = len(proofs) + len(messages) + len(past)
        broken = [line for case in proofs if (line := self._broken(case))]
        case_hits: list[str] = []
        changes = [change for name, text in past if (change := self._change(f"kasus {name}", text, case_hits))]
        harmless = [(text, quote) for text in _harmless(proofs, messages) if (quote := self._fires_newly(text))]
        changes += [change for name, message in messages if (change := self._change(name, message.text, []))]
        escapes, rewritten = self._escapes()
        before, after = self._cost(messages)
        return Preview(
            broken=tuple(broken[:MOST_KEPT]), broken_count=len(broken),
            ordinary=tuple(harmless[:MOST_KEPT]), ordinary_count=len(harmless),
            ordinary_total=sum(1 for _ in _harmless(proofs, messages)),
            changes=tuple(changes[:MOST_KEPT]), change_count=len(changes),
            cases=len(past), case_hits=len(case_hits),
            escapes=tuple(escapes[:MOST_KEPT]), escape_count=len(escapes), rewritten=rewritten,
            named=self._named(messages),
            ms_before=before, ms_after=after,
        )  # fmt: skip

    def _tell(self) -> None:
        self.done += 1
        if self.done % 200 == 0:
            self.progress(0.2 + 0.75 * self.done / self.total)

    def _broken(self, case: Case) -> str:
        """The example that would not hold any more, and why; empty when it holds, or does not hold today either."""
        self._tell()
        if case.place[0] == "examples" and case.place[2] == "ordinary":
            return ""
        text = case.example if isinstance(case.example, str) else case.example.text
        asks = case.place[0] == "pathways"
        own = case.place[1] in self.rules
        if not (own or (asks and self.pathways) or self.touched(text)):
            return ""
        wrong = failure(case, self.new)
        if wrong is None or (not own and self._failed_before(case)):
            return ""
        problem: KnowledgeProblem = self.new.knowledge.locations.problem(case.place, wrong)
        name = problem.path.rpartition("/")[2]
        return f"• {name} baris {problem.line}: {wrong} “{_short(text)}”"

    def _failed_before(self, case: Case) -> bool:
        try:
            return failure(case, self.old) is not None
        except (KeyError, IndexError, StopIteration):  # an example of what is not there yet
            return False

    def _change(self, where: str, text: str, hits: list[str]) -> LevelChange | None:
        self._tell()
        if not self.touched(text):
            return None
        one, other = check(text, self.old), check(text, self.new)
        quote = next((match.quote for match in (*other.matches, *other.markers) if match.rule in self.rules), "")
        if quote:
            hits.append(where)
        before, after = one.level or one.kind, other.level or other.kind
        return None if before == after else LevelChange(where, before, after, _short(quote))

    def _fires_newly(self, text: str) -> str:
        """What a changed red flag finds in a text in which it finds nothing today; empty if nothing."""
        if not self.touched(text):
            return ""
        today = {match.rule for match in read_message(text, self.old).flags}
        found = read_message(text, self.new).flags
        return next((match.quote for match in found if match.rule in self.rules and match.rule not in today), "")

    def _escapes(self) -> tuple[list[tuple[str, str]], int]:
        """Rewritten examples of the changed red flags that they miss, and how many there are."""
        escaped, count = [], 0
        for name in self.rules:
            rule = self.new.knowledge.red_flags.get(name)
            for example in rule.examples.must_match if isinstance(rule, RedFlag) and rule.status == "active" else ():
                for mutation in MUTATIONS:
                    rewritten = mutate(example.text, mutation)
                    if rewritten == example.text:
                        continue
                    count += 1
                    if name not in {match.rule for match in read_message(rewritten, self.new).flags}:
                        escaped.append((mutation, _short(rewritten)))
        return escaped, count

    def _named(self, messages: Sequence[tuple[str, ExampleMessage]]) -> int:
        """Messages that name a red flag which is retired now and was not."""
        ended = {name for name, (was, now) in self.rules.items()
                 if isinstance(now, RedFlag) and now.status == "retired" and was and was.status != "retired"}  # fmt: skip
        return sum(not ended.isdisjoint(message.flags) for _, message in messages)

    def _cost(self, messages: Sequence[tuple[str, ExampleMessage]]) -> tuple[float, float]:
        """Milliseconds for one check today and with the change, median."""
        step = max(1, len(messages) // _TIMED)
        texts = [message.text for _, message in messages[::step]] or ["Dibutuhkan pekerja kebun."]
        today: list[float] = []
        changed: list[float] = []
        for text in texts:  # one after the other, so that what slows the machine slows both
            for compiled, taken in ((self.old, today), (self.new, changed)):
                begun = time.perf_counter()
                check(text, compiled)
                taken.append(1000 * (time.perf_counter() - begun))
        return statistics.median(today), statistics.median(changed)


def _messages(knowledge: Knowledge) -> Iterator[tuple[str, ExampleMessage]]:
    for path, file in knowledge.examples:
        for number, message in enumerate(file.messages, 1):
            yield f"{path.rpartition('/')[2]} nomor {number}", message


def _harmless(proofs: Sequence[Case], messages: Sequence[tuple[str, ExampleMessage]]) -> Iterator[str]:
    """Ordinary lines, and messages that a careful reader called harmless."""
    for case in proofs:
        if case.place[0] == "examples" and isinstance(case.example, str):
            yield case.example
    for _, message in messages:
        if (message.level or message.kind) in _HARMLESS:
            yield message.text


def _short(text: str, most: int = 90) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
