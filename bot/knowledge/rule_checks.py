"""What must hold between the parts of a rule, and between rules and the rest of the knowledge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.knowledge.content import Draft
from bot.knowledge.fields import COMPULSORY_LISTS, FACT_NAMES
from bot.knowledge.problems import KnowledgeProblem, listed, meant
from bot.knowledge.schema import Marker, RedFlag, Rule
from bot.knowledge.yaml_nodes import Steps

PROOF_FOR_UNLESS = 4
"""must_match a rule with `unless` needs: the usual three, and one beside the exception."""
LONGEST_ACTIVE_TITLE = 60
"""Characters: the title is a reason line of the first answer."""
PLACEHOLDER = "GANTI:"
"""Marks what a new rule still has to replace (see skeleton)."""

_NAME = re.compile(r"\{\s*([^{}<>=:\s]+)")


def check_rules(draft: Draft) -> Iterator[KnowledgeProblem]:
    """Problems of all red flags, markers and kind cues, drafts and retired ones included."""
    yield from _repeated_ids(draft)
    for section, rule in draft.rules():
        place = (section, rule.id)
        yield from _quotes(draft, place, rule)
        yield from _proof(draft, place, rule)
        yield from _title(draft, place, rule)
        yield from _placeholders(draft, place, rule)
        yield from fact_names_as_lists(draft, (*place, "words"), rule.words)
        yield from list_names(draft, place, {"phrases": rule.phrases, "unless": rule.unless}, rule.words)
        if isinstance(rule, RedFlag):
            for index, contact in enumerate(rule.contacts):
                yield from contact_exists(draft, (*place, "contacts", index), contact)


def contact_exists(draft: Draft, place: Steps, contact: str) -> Iterator[KnowledgeProblem]:
    """A problem when no file of contacts/ has the name `contact`."""
    names = draft.names.get("contacts", set())
    if contact not in names:
        advice = meant(contact, sorted(names)) or "Tulis nama berkas di folder contacts, tanpa .yaml."
        yield draft.locations.problem(place, f'kontak "{contact}" tidak ada', advice)


def fact_names_as_lists(draft: Draft, place: Steps, names: Iterable[str]) -> Iterator[KnowledgeProblem]:
    """A problem for each word list at `place` that is called like a fact."""
    for name in names:
        if name in FACT_NAMES:
            message = f'"{name}" sudah dipakai untuk fakta yang dibaca dari pesan'
            yield draft.locations.problem_with_key((*place, name), message, "Beri daftar ini nama lain.")


def _repeated_ids(draft: Draft) -> Iterator[KnowledgeProblem]:
    first: dict[str, Steps] = {}
    for section, rule in draft.rules():
        place = (section, rule.id, "id")
        if rule.id in first:
            other = draft.locations.find(first[rule.id]).path
            yield draft.locations.problem(place, f'id "{rule.id}" sudah dipakai di {other}', "Pilih id lain.")
        first.setdefault(rule.id, place)


def _quotes(draft: Draft, place: Steps, rule: Rule) -> Iterator[KnowledgeProblem]:
    for index, example in enumerate(rule.examples.must_match):
        if example.quote not in example.text:
            message = f'kutipan "{example.quote}" tidak ada di dalam text'
            advice = "Salin persis dari text: huruf besar, tanda baca dan spasi sama."
            yield draft.locations.problem((*place, "examples", "must_match", index, "quote"), message, advice)


def _proof(draft: Draft, place: Steps, rule: Rule) -> Iterator[KnowledgeProblem]:
    given = len(rule.examples.must_match)
    if rule.unless and given < PROOF_FOR_UNLESS:
        message = f"aturan dengan unless perlu paling sedikit {PROOF_FOR_UNLESS} must_match, baru {given}"
        advice = "Tambahkan pesan yang mirip pengecualian itu tetapi tetap harus ketahuan."
        yield draft.locations.problem((*place, "unless"), message, advice)


def _title(draft: Draft, place: Steps, rule: Rule) -> Iterator[KnowledgeProblem]:
    if rule.status == "active" and len(rule.title) > LONGEST_ACTIVE_TITLE:
        message = f"judul aturan active terlalu panjang ({len(rule.title)} huruf, paling banyak {LONGEST_ACTIVE_TITLE})"
        yield draft.locations.problem((*place, "title"), message, "Ringkas; rinciannya pindahkan ke explanation.")


def _placeholders(draft: Draft, place: Steps, rule: Rule) -> Iterator[KnowledgeProblem]:
    if rule.status != "active":
        return
    for steps, text in rule_texts(rule):
        if PLACEHOLDER in text:
            message = f'masih ada "{PLACEHOLDER}" dari contoh aturan baru'
            yield draft.locations.problem((*place, *steps), message, "Tulis isinya sendiri, atau kembalikan ke draft.")


def list_names(
    draft: Draft, place: Steps, fields: Mapping[str, Sequence[str]], words: Mapping[str, object]
) -> Iterator[KnowledgeProblem]:
    """A problem for each {name} in the phrases of `fields` that is no fact and no list, own `words` included."""
    if draft.words is None:
        return
    known = FACT_NAMES | words.keys() | draft.words.lists.keys()
    for key, phrases in fields.items():
        for index, phrase in enumerate(phrases):
            for name in _NAME.findall(phrase):
                if name not in known:
                    message = f"{{{name}}} bukan daftar kata dan bukan fakta"
                    advice = meant(name, sorted(known)) or _lists_there_are(draft, words)
                    yield draft.locations.problem((*place, key, index), message, advice)


def _lists_there_are(draft: Draft, words: Mapping[str, object]) -> str:
    shared = draft.words.lists.keys() - COMPULSORY_LISTS if draft.words else set()
    names = sorted(shared | words.keys())
    return f"Tambahkan daftar itu di words, atau pakai yang ada: {listed(names)}."


def rule_texts(rule: Rule) -> Iterator[tuple[Steps, str]]:
    """(steps inside the rule, text) of every sentence of `rule` that people may read."""
    yield ("title",), rule.title
    if isinstance(rule, RedFlag | Marker):
        yield ("explanation",), rule.explanation
        yield ("english", "title"), rule.english.title
        yield ("english", "explanation"), rule.english.explanation
        yield from ((("english", "advice", index), line) for index, line in enumerate(rule.english.advice))
        yield from ((("sources", index, "title"), source.title) for index, source in enumerate(rule.sources))
    if isinstance(rule, RedFlag):
        yield ("indicator",), rule.indicator
        yield from ((("advice", index), line) for index, line in enumerate(rule.advice))
    if isinstance(rule, RedFlag) and rule.ask:
        yield ("ask",), rule.ask
    if isinstance(rule, Marker):
        yield ("check",), rule.check
