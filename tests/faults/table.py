"""The runs as a Markdown table."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.faults.ledger import Verdict
from tests.faults.troubles import TROUBLES

HEAD = (
    "| fault | database | runs | messages | kills | lost | set aside | double | unexplained | wrong | out of order"
    " | worst delay |\n|---|---|" + 10 * "--:|" + "\n"
)
KEY = """\
* *lost*: neither answered nor set aside (dead letters) with a reason. *set aside*: with a reason, as unreadable updates
  and finally refused answers must be.
* *double*: answers more than there should be. A second answer is explained where the program was killed between sending
  and marking, or where the platform took an answer and never said so in time; *unexplained* are all others.
* *wrong*: answered with what belongs to another message. *out of order*: answered before what the same person had
  written earlier.
* *worst delay*: from writing to answer, in seconds. What a killed process was just sending waits until its lease is
  over (20 s, and longer for what is cut off repeatedly); that is what the worst delay of kills shows.
"""


@dataclass
class Line:
    """What all rounds of one fault on one kind of database showed."""

    runs: int = 0
    kills: int = 0
    seen: Verdict = field(default_factory=Verdict)
    troubles: list[str] = field(default_factory=list)
    """What else went wrong, such as an exit code."""
    stops: list[float] = field(default_factory=list)
    """Seconds that each SIGTERM took."""

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return self.seen.clean and not self.troubles


Lines = Mapping[tuple[str, str], Line]
"""(fault, database) → line."""


def row(name: str, database: str, line: Line) -> str:
    """One line of the table."""
    seen = line.seen
    return (
        f"| {name} | {database} | {line.runs} | {seen.messages} | {line.kills or ''} | {seen.lost} | {seen.aside}"
        f" | {seen.double} | {seen.unexplained} | {seen.wrong} | {seen.unordered} | {seen.worst:.1f} |\n"
    )


def page(lines: Lines, command: str, when: str, minutes: float) -> str:
    """The whole page."""
    about = "".join(f"* **{trouble.name}**: {trouble.about}\n" for trouble in TROUBLES)
    table = HEAD + "".join(
        row(trouble.name, database, lines[trouble.name, database])
        for trouble in TROUBLES
        for database in ("sqlite", "postgresql")
        if (trouble.name, database) in lines
    )
    return (
        "# Faults\n\nThe real program, as many processes of it, on both kinds of database, over a pretend Telegram on"
        f" loopback: what became of every message.\n\nMade by `{command}` on {when} ({minutes:.0f} minutes,"
        f" {os.cpu_count()} cores). By webhook two processes share the work, by polling there is one; a killed process"
        f" is started again at once.\n\n{table}\n{_sums(lines)}\n{KEY}\n## What goes wrong\n\n{about}"
    )


def _sums(lines: Lines) -> str:
    told = ""
    for database in ("sqlite", "postgresql"):
        mine = {name: line for (name, of), line in lines.items() if of == database}
        if not mine:
            continue
        total, stops = Verdict(), [seconds for line in mine.values() for seconds in line.stops]
        for line in mine.values():
            total.add(line.seen)
        kills = sum(line.kills for line in mine.values()) - len(stops)
        told += (
            f"**{database}**: {total.messages} messages, {kills} kills, {len(stops)} stops"
            + (f" (the slowest took {max(stops):.1f} s)" if stops else "")
            + f"; {total.lost} lost, {total.double} double, {total.unexplained} of them unexplained.\n\n"
        )
        for name, line in mine.items():
            told += "".join(f"* {name}: {what}\n" for what in line.troubles)
    return told
