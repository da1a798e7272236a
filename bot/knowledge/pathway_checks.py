"""What must hold for pathways: both languages say the same, what may change is dated, and names exist."""

from __future__ import annotations

from collections.abc import Iterator

from bot.knowledge.content import Draft
from bot.knowledge.pathways import AS_OF, EnglishPathway, Pathway, pathway_texts
from bot.knowledge.problems import KnowledgeProblem
from bot.knowledge.rule_checks import contact_exists, fact_names_as_lists, list_names
from bot.knowledge.yaml_nodes import Steps

RESERVED_BYTES = 200
"""Bytes of a first answer for signs, dates, the place to check again and the contact line."""


def check_pathways(draft: Draft) -> Iterator[KnowledgeProblem]:
    """Problems of all pathways, drafts and retired ones included."""
    for pathway in draft.pathways.values():
        place: Steps = ("pathways", pathway.id)
        yield from _same_in_english(draft, place, pathway)
        yield from _dated(draft, place, pathway)
        yield from _length(draft, place, pathway)
        yield from fact_names_as_lists(draft, (*place, "words"), pathway.words)
        yield from list_names(draft, place, {"asks": pathway.asks}, pathway.words)
        for index, contact in enumerate(pathway.contacts):
            yield from contact_exists(draft, (*place, "contacts", index), contact)


def _same_in_english(draft: Draft, place: Steps, pathway: Pathway) -> Iterator[KnowledgeProblem]:
    pairs = [("answer", pathway.answer, pathway.english.answer)]
    own, english = dict(pathway.sections.told()), dict(pathway.english.sections.told())
    pairs += [(f"sections.{name}", own.get(name, []), english.get(name, [])) for name in {**own, **english}]
    for name, lines, translated in pairs:
        steps = (*place, "english", *name.split("."))
        if len(lines) != len(translated):
            message = f"{len(translated)} baris, tetapi {name} bahasa Indonesia {len(lines)} baris"
            yield draft.locations.problem(steps, message, "Terjemahkan baris demi baris.")
        for index, (line, english_line) in enumerate(zip(lines, translated, strict=False)):
            if AS_OF.findall(line) != AS_OF.findall(english_line):
                message = "tanda [per …] tidak sama dengan baris bahasa Indonesia"
                yield draft.locations.problem(
                    (*steps, index), message, "Salin tanda yang sama, misalnya [per 2025-02]."
                )


def _length(draft: Draft, place: Steps, pathway: Pathway) -> Iterator[KnowledgeProblem]:
    if draft.policy is None:
        return
    room = draft.policy.first_answer_bytes - RESERVED_BYTES
    told: list[tuple[Steps, Pathway | EnglishPathway]] = [(place, pathway), ((*place, "english"), pathway.english)]
    for steps, texts in told:
        length = sum(len(text.encode()) for text in (texts.title, *texts.answer, texts.beware))
        if length > room:
            message = f"title, answer dan beware bersama {length} bita, paling banyak {room}"
            yield draft.locations.problem((*steps, "answer"), message, "Ringkas; rinciannya pindahkan ke sections.")


def _dated(draft: Draft, place: Steps, pathway: Pathway) -> Iterator[KnowledgeProblem]:
    dated = [steps for steps, text in pathway_texts(pathway) if AS_OF.search(text)]
    if dated and pathway.recheck is None:
        message = "ada yang bertanda [per …] tetapi tempat mengecek lagi belum ditulis"
        yield draft.locations.problem((*place, *dated[0]), message, 'Tambahkan "recheck: situs-resmi.go.id".')
    for steps, text in pathway_texts(pathway):
        if "[" in AS_OF.sub("", text):
            message = "tanda kurung siku hanya untuk [per …]"
            yield draft.locations.problem(
                (*place, *steps), message, "Tulis [per 2025], [per 2025-02] atau [per 2025-02-17]."
            )
