"""Change places (pure): countries and towns as people write them, scam hot spots, ports and border crossings."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.knowledge.content import Knowledge
from bot.knowledge.schema import CountryFacts, Place, PlacesFile
from bot.knowledge.yaml_nodes import read_document
from bot.officers.change_sources import ask_source, source_of, source_steps
from bot.officers.change_steps import Again, Answer, Ask, Choice, Gone, Next, Step, Subject, Texts, Write, matching
from bot.officers.change_words import listed, new_words
from bot.officers.yaml_edits import AsIs, plain, with_comment, with_entry, with_key

_PATH = "places.yaml"
_KINDS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "hub": ("Pusat penipuan", "pusat penipuan", ("scam_hub",)),
    "crossing": ("Perlintasan, pelabuhan", "perlintasan atau pelabuhan", ("crossing",)),
    "both": ("Keduanya", "pusat penipuan dan perlintasan", ("scam_hub", "crossing")),
    "town": ("Kota biasa", "kota atau daerah biasa", ()),
}
_MARKS = {"scam_hub": "pusat penipuan daring", "crossing": "pelabuhan atau perlintasan"}


def _key(place: Place) -> str:
    return f"p:{place.country}:{place.names[0]}"


def _find(knowledge: Knowledge, words: str) -> list[Choice]:
    names = {country.code: country.name for country in knowledge.places.countries}
    entries = {f"c:{country.code}": (country.name, f"{country.name} {country.name_en} {' '.join(country.names)}")
               for country in knowledge.places.countries}  # fmt: skip
    entries |= {_key(place): (f"{place.names[0]}, {names.get(place.country, '')}", " ".join(place.names))
                for place in knowledge.places.places}  # fmt: skip
    return matching(words, entries)


def _country(knowledge: Knowledge, code: str) -> CountryFacts:
    found = next((country for country in knowledge.places.countries if country.code == code), None)
    if found is None:
        raise Gone
    return found


def _place(knowledge: Knowledge, key: str) -> Place:
    found = next((place for place in knowledge.places.places if _key(place) == key), None)
    if found is None:
        raise Gone
    return found


def _show(answer: Answer, key: str) -> Next:
    if key.startswith("c:"):
        country = _country(answer.knowledge, key[2:])
        text = f"🌏 {country.name}\nDitulis juga: {listed(country.names)}.\n\nEjaan apa yang ditambahkan? Pisahkan dengan koma."
        return Ask("names", text, learnt={"key": key})
    place = _place(answer.knowledge, key)
    country = _country(answer.knowledge, place.country)
    is_now = [words for mark, words in _MARKS.items() if getattr(place, mark)]
    text = (
        f"📍 {place.names[0]}, {country.name}\nDitulis juga: {listed(place.names[1:]) or '-'}.\n"
        f"Tercatat sebagai: {' dan '.join(is_now) or 'tempat biasa'}.\n\nApa yang mau diubah?"
    )
    choices: tuple[Choice, ...] = (
        ("Tambah ejaan", "names"),
        ("Bukan pusat penipuan" if place.scam_hub else "Pusat penipuan", "scam_hub"),
        ("Bukan perlintasan" if place.crossing else "Perlintasan", "crossing"),
    )
    return Ask("what", text, choices, {"key": key})


def _what(answer: Answer) -> Next:
    if not answer.pressed:
        return Again("Pilih salah satu tombolnya, ya.")
    if answer.text == "names":
        return Ask("names", "Ejaan apa yang ditambahkan? Pisahkan dengan koma.")
    place = _place(answer.knowledge, answer.state["key"])
    return ask_source("", {"mark": answer.text, "to": not getattr(place, answer.text)}, needs_url=False)


def _names(answer: Answer) -> Next:
    key: str = answer.state["key"]
    known: CountryFacts | Place = _country(answer.knowledge, key[2:]) if key.startswith("c:") else _place(answer.knowledge, key)
    new = new_words(answer.text, known.names)
    if isinstance(new, Again):
        return new
    if taken := _taken(answer.knowledge, new):
        return taken

    def files(live: Texts) -> dict[str, str | None]:
        after = live[_PATH]
        for word in new:
            after = with_entry(after, (*_where(after, key), "names"), word, plain)
        return {_PATH: after}

    name = known.name if isinstance(known, CountryFacts) else known.names[0]
    told = ", ".join(f"“{word}”" for word in new)
    return Write(files, f"📝 {told} dibaca sebagai {name}", f"Tempat: {told} = {name}")


def _taken(knowledge: Knowledge, names: list[str]) -> Again | None:
    """A sentence when a name means another place already."""
    entries: tuple[CountryFacts | Place, ...] = (*knowledge.places.countries, *knowledge.places.places)
    for known in entries:
        if twice := next((name for name in names if name in known.names), ""):
            return Again(f"“{twice}” sudah tercatat untuk {known.names[0]}.")
    return None


def _where(text: str, key: str) -> tuple[str, int]:
    """Where the entry stands in the file; raises Gone."""
    kind, code, *name = key.split(":", 2)
    for number, (country, first) in enumerate(_entries(text, "countries" if kind == "c" else "places")):
        if country == code and (kind == "c" or first == name[0]):
            return "countries" if kind == "c" else "places", number
    raise Gone


def _entries(text: str, group: str) -> list[tuple[str, str]]:
    """(country, first name) of each entry, in the order of the file."""
    file = PlacesFile.model_validate(read_document(_PATH, text).content)
    if group == "countries":
        return [(country.code, country.names[0]) for country in file.countries]
    return [(place.country, place.names[0]) for place in file.places]


def _begin_new(answer: Answer) -> Next:
    text = "Nama tempatnya? Yang utama dulu, lalu cara orang menulisnya, pisahkan dengan koma. Misalnya: kk park, kkpark"
    return Ask("new_names", text)


def _new_names(answer: Answer) -> Next:
    names = new_words(answer.text, ())
    if isinstance(names, Again):
        return names
    if taken := _taken(answer.knowledge, names):
        return taken
    return Ask("new_country", "Di negara mana?", learnt={"names": names})


def country_named(knowledge: Knowledge, words: str) -> CountryFacts | Again:
    """The country that somebody names."""
    said = " ".join(words.lower().split())
    for country in knowledge.places.countries:
        if said in (country.code.lower(), country.name.lower(), country.name_en.lower(), *country.names):
            return country
    near = [country.name for country in knowledge.places.countries if said and said in country.name.lower()]
    return Again(f"Negara “{said[:40]}” belum ada di daftar." + (f" Maksud Anda {' atau '.join(near[:3])}?" if near else ""))


def _new_country(answer: Answer) -> Next:
    country = country_named(answer.knowledge, answer.text)
    if isinstance(country, Again):
        return country
    choices = tuple((label, name) for name, (label, _, _) in _KINDS.items())
    return Ask("new_kind", f"{answer.state['names'][0]} di {country.name} itu apa?", choices, {"country": country.code})


def _new_kind(answer: Answer) -> Next:
    if answer.text not in _KINDS:
        return Again("Pilih salah satu tombolnya, ya.")
    return ask_source("", {"kind": answer.text}, needs_url=False)


def _sourced(answer: Answer) -> Next:
    """A mark changed, or a new place, with the source as a comment above it."""
    said = source_of(answer)
    note = f"Sumber: {said.shown}; dicek {answer.today.isoformat()}"
    if "names" in answer.state:
        return _new_place(answer, note)
    key, mark, to = answer.state["key"], answer.state["mark"], bool(answer.state["to"])
    place = _place(answer.knowledge, key)
    if getattr(place, mark) == to:
        raise Gone

    def files(live: Texts) -> dict[str, str | None]:
        where = _where(live[_PATH], key)
        after = with_key(live[_PATH], (*where, mark), "true" if to else "false")
        return {_PATH: with_comment(after, where, note)}

    told = f"{place.names[0]} {'sekarang' if to else 'bukan'} {_MARKS[mark]}"
    return Write(files, f"📝 {told}\n{note}", f"Tempat: {told}. {said.shown}")


def _new_place(answer: Answer, note: str) -> Next:
    names, code, kind = answer.state["names"], answer.state["country"], answer.state["kind"]
    _, told, marks = _KINDS[kind]
    if taken := _taken(answer.knowledge, names):
        return taken

    def files(live: Texts) -> dict[str, str | None]:
        text = live[_PATH]
        same = [number for number, (country, _) in enumerate(_entries(text, "places")) if country == code]
        entry = {"names": names, "country": code} | {mark: AsIs("true") for mark in marks}
        at = same[-1] + 1 if same else None
        return {_PATH: with_entry(text, ("places",), entry, plain, at, note)}

    country = _country(answer.knowledge, code)
    head = f"📝 Tempat baru: {names[0]}, {country.name}, {told}\n{note}"
    return Write(files, head, f"Tempat baru: {names[0]}, {country.name}, {told}. {re.sub('; dicek.*', '', note)}")


_STEPS: dict[str, Step] = {
    "what": _what, "names": _names, "new": _begin_new, "new_names": _new_names, "new_country": _new_country,
    "new_kind": _new_kind, **source_steps(_sourced),
}  # fmt: skip

PLACES = Subject(
    "tempat",
    "Tempat dan negara",
    "Ketik nama negara atau tempatnya, misalnya: myawaddy. Belum ada? Tekan Tempat baru.",
    _find,
    _show,
    _STEPS,
    ("Tempat baru", "new"),
)  # fmt: skip
