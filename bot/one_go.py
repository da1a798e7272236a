"""One go: which of a person's waiting messages are read as one, and whether more of them may still come."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.conversation.gathering import count_together, gathered
from bot.messages import Incoming
from bot.storage import InboxRow

LONGEST_GATHERING = 3.0
"""How many quiet times the first message of several waits at the most, however many still come."""
AT_ONE_GO = 20
"""Messages that are read as one at the most."""
ALONE_FROM = 3
"""Try from which a message is answered by itself, so that one that always fails takes no other with it."""


@dataclass(frozen=True, slots=True)
class OneGo:
    """What a person sent in one go."""

    row: InboxRow
    """The leased message; behind it only those that belong to it; its sender says which of them is answered."""
    incoming: Incoming
    """All of them as one message."""
    until: float
    """When it is complete if nothing more comes; UTC seconds. In the past: it is complete."""


def in_one_go(row: InboxRow, quiet: float) -> OneGo:
    """The leased message with those behind it that belong to it; raises ValueError when it cannot be read.

    ``quiet``: seconds without a further message after which it is complete; 0: every message is by itself.
    """
    if not quiet or row.lease.attempts >= ALONE_FROM:
        return OneGo(replace(row, behind=()), row.incoming, 0.0)
    rows, said = _readable(row)
    count = min(count_together(said), AT_ONE_GO)
    until = 0.0
    if count == len(rows):
        newest = max(other.available_at for other in rows)
        until = min(newest, row.lease.created_at + LONGEST_GATHERING * quiet)
    incoming = gathered(said[:count])
    shown = next(other for other, one in zip(rows, said, strict=True) if one.id == incoming.id)
    return OneGo(replace(row, sender=shown.sender, behind=tuple(rows[1:count])), incoming, until)


def _readable(row: InboxRow) -> tuple[list[InboxRow], list[Incoming]]:
    """The rows up to the first behind that another version of the program stored in a way that cannot be read."""
    rows, said = [row], [row.incoming]
    for other in row.behind:
        try:
            said.append(other.incoming)
        except ValueError:
            break
        rows.append(other)
    return rows, said
