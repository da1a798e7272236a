"""The rooms in which officers keep the knowledge, in the order in which the desk asks them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.officers.changing import Changing
from bot.officers.contact_room import ContactRoom
from bot.officers.desk import Room
from bot.officers.files_room import Fetch, FilesRoom
from bot.officers.lessons_room import LessonsRoom
from bot.officers.proposals_room import ProposalsRoom
from bot.officers.proposing import Proposing
from bot.officers.publishing import Publishing
from bot.officers.rules_room import RulesRoom


def rules_rooms(publishing: Publishing, fetches: Mapping[str, Fetch]) -> tuple[Room, ...]:
    """``fetches``: by channel, how the files that officers send are fetched."""
    return (
        FilesRoom(publishing, fetches),
        Proposing(publishing),
        Changing(publishing),
        ProposalsRoom(publishing),
        RulesRoom(publishing),
        ContactRoom(publishing),
        LessonsRoom(publishing),
    )
