"""Places: countries, towns, ports and crossings that the lexicon found by name in a message."""

from __future__ import annotations

from bisect import bisect_right

from bot.checking.compiled import Compiled, NamedPlace
from bot.checking.fact import PlaceHit
from bot.checking.lattice import Lattice


def message_places(lattice: Lattice, compiled: Compiled) -> list[PlaceHit]:
    """Place names in order of appearance, the longest where several begin at one word; may be empty."""
    watched = compiled.index.watched
    longest: dict[int, tuple[int, int]] = {}
    for symbol in watched.keys() & lattice.where.keys():
        for start, end in lattice.occurrences(symbol):
            longest[start] = max(longest.get(start, (0, 0)), (end, -watched[symbol]))
    return [_hit(lattice, start, end, compiled.places[-number]) for start, (end, number) in sorted(longest.items())]


def _hit(lattice: Lattice, start: int, end: int, named: NamedPlace) -> PlaceHit:
    place = named.place
    label = "country" if place is None else "hub" if place.scam_hub else "crossing" if place.crossing else "town"
    first = bisect_right(lattice.cell_of_token, start) - 1
    last = bisect_right(lattice.cell_of_token, end - 1)
    return PlaceHit(first, last, named.country.code, label, named.country.status)
