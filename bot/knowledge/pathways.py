"""Pathway: a legal way to work, train or study abroad, or another thing people ask about, with a ready answer.

What may change carries the day it was true inside the sentence: ``Ujian USD 28 [per 2025-02]``. Such a stretch is
shown as "(per 02-2025)" with the place to check again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from bot.knowledge.fields import (
    HOST_PATTERN,
    ID_PATTERN,
    LAW_FACT_PATTERN,
    Line,
    Model,
    Phrase,
    Slug,
    Source,
    Status,
    Title,
    Words,
)
from bot.knowledge.schema import MustNotMatch
from bot.knowledge.yaml_nodes import Steps

Topic = Literal[
    "japan_korea", "asia_gulf", "west", "study", "departure", "check_offer", "passport", "law", "closed", "pay"
]
"""First level of the menu, in its order; its names stand in the replies."""

AS_OF = re.compile(r"\s*\[per (\d{4}(?:-\d{2}(?:-\d{2})?)?)\]")
"""The mark of what may change; its group is a year, a month or a day."""

PathwayId = Annotated[str, Field(pattern=ID_PATTERN, max_length=40)]
ButtonLabel = Annotated[str, Field(min_length=2, max_length=20)]
Answer = Annotated[list[Line], Field(min_length=2, max_length=5)]


class PathwaySections(Model):
    """What "Rincian" tells, section by section, in the order in which it is shown."""

    who: list[Line] = Field([], description="Siapa yang menjalankan.")
    requirements: list[Line] = Field([], description="Syarat.")
    documents: list[Line] = Field([], description="Dokumen yang disiapkan.")
    steps: list[Line] = Field([], description="Langkah, berurutan.")
    cost: list[Line] = Field([], description="Biaya dan siapa yang membayar.")
    pay: list[Line] = Field([], description="Gaji.")
    duration: list[Line] = Field([], description="Lamanya.")
    where: list[Line] = Field([], description="Tempat mendaftar, bertanya atau mengecek.")
    rights: list[Line] = Field([], description="Hak Anda.")
    fakes: list[Line] = Field([], description="Cara penipu menirunya.")
    unsure: list[Line] = Field([], description="Yang belum pasti, atau sumbernya berbeda.")

    def told(self) -> Iterator[tuple[str, list[str]]]:
        """(name, lines) of the sections that say something, in order."""
        for name in type(self).model_fields:
            if lines := getattr(self, name):
                yield name, lines


class EnglishPathway(Model):
    """The same words for people who write English: as many lines in each place, with the same [per …]."""

    title: Title = Field(description="title dalam bahasa Inggris.")
    button: ButtonLabel = Field(description="button dalam bahasa Inggris.")
    answer: Answer = Field(description="answer dalam bahasa Inggris, baris demi baris.")
    beware: Line = Field(description="beware dalam bahasa Inggris.")
    sections: PathwaySections = Field(description="sections dalam bahasa Inggris, baris demi baris.")


class PathwayExamples(Model):
    """Questions that prove how people find this answer."""

    must_match: Annotated[list[Line], Field(min_length=4)] = Field(
        description="Paling sedikit 4 pertanyaan yang harus sampai ke jawaban ini: baku, obrolan, daerah, Inggris."
    )
    must_not_match: Annotated[list[MustNotMatch], Field(min_length=1)] = Field(
        description="Pertanyaan mirip yang dijawab di tempat lain atau belum ada jawabannya, dengan alasannya."
    )


class Pathway(Model):
    """One answer: a legal way abroad, or something that people ask before they leave."""

    id: PathwayId = Field(description="Sama dengan nama berkas tanpa .yaml.")
    title: Title = Field(description="Judul jawaban, jelas berdiri sendiri.")
    button: ButtonLabel = Field(description="Nama pendek untuk tombol, paling banyak 20 huruf.")
    topic: Topic = Field(description="Kelompok di menu topik.")
    status: Status = Field(description="draft = belum dipakai; active = dipakai menjawab; retired = arsip.")
    covers: list[Annotated[str, Field(pattern=LAW_FACT_PATTERN)]] = Field(
        [], description="Nomor fakta hukum: C01, D03."
    )
    answer: Answer = Field(
        description="2–5 baris jawaban pertama: siapa yang menjalankan, syarat utama, biaya dan siapa yang membayar, "
        "tempat mendaftar. Yang bisa berubah diberi tanda [per 2025-02]."
    )
    beware: Line = Field(description="Satu tiruan atau jebakan yang paling perlu diwaspadai.")
    sections: PathwaySections = Field(description="Isi tombol Rincian, per bagian.")
    recheck: Annotated[str, Field(pattern=HOST_PATTERN)] | None = Field(
        None, description="Situs resmi untuk mengecek lagi yang bertanda [per …], tanpa https://."
    )
    contacts: Annotated[list[Slug], Field(min_length=1)] = Field(
        description="id kontak resmi; yang pertama ditunjukkan."
    )
    sources: Annotated[list[Source], Field(min_length=1)] = Field(description="Dari mana isi jawaban ini diambil.")
    english: EnglishPathway = Field(description="Jawaban yang sama dalam bahasa Inggris.")
    words: Words = Field({}, description="Daftar kata khusus jawaban ini; dipanggil di asks dengan {nama}.")
    asks: Annotated[list[Phrase], Field(min_length=1)] = Field(
        description="Frasa yang dipakai orang untuk menanyakannya; bentuknya sama dengan phrases di tanda bahaya."
    )
    examples: PathwayExamples = Field(description="Bukti bahwa pertanyaan orang sampai ke jawaban ini.")


def pathway_texts(pathway: Pathway) -> Iterator[tuple[Steps, str]]:
    """(steps inside the pathway, text) of every sentence that people may read."""
    yield from _texts((), pathway)
    yield from _texts(("english",), pathway.english)
    yield from ((("sources", index, "title"), source.title) for index, source in enumerate(pathway.sources))


def _texts(place: Steps, told: Pathway | EnglishPathway) -> Iterator[tuple[Steps, str]]:
    yield (*place, "title"), told.title
    yield (*place, "button"), told.button
    yield from (((*place, "answer", index), line) for index, line in enumerate(told.answer))
    yield (*place, "beware"), told.beware
    for name, lines in told.sections.told():
        yield from (((*place, "sections", name, index), line) for index, line in enumerate(lines))
