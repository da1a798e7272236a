"""Plain words (pure): what is wrong with a file, and what it still lacks, as a colleague would say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from bot.knowledge.advice import problems_of
from bot.knowledge.layout import type_of
from bot.knowledge.problems import KnowledgeError, KnowledgeProblem
from bot.knowledge.schema import RedFlag
from bot.knowledge.yaml_nodes import read_document

ENGLISH = "kalimat bahasa Inggris (yang membaca bahasa Inggris kini mendapat kalimat Indonesianya)"
"""The wish for a translation."""
MOST_TOLD = 8
"""Problems told at once; the rest are counted."""

_FIELDS: Mapping[str, str] = {
    "phrases": "frasa", "unless": "pengecualian (unless)", "title": "judul", "explanation": "penjelasan",
    "advice": "saran", "severity": "berat tanda", "status": "keadaan", "sources": "sumber", "english": "bahasa Inggris",
    "examples.must_match": "contoh yang harus ketahuan", "examples.must_not_match": "contoh yang tidak boleh kena",
    "examples": "contoh", "channels": "saluran", "hours": "jam layanan", "evidence": "bukti", "checked_on": "hari dicek",
    "name": "nama", "name_en": "nama bahasa Inggris", "short_name": "nama pendek", "area": "wilayah", "serves": "untuk apa",
    "confidence": "keyakinan", "spellings": "ejaan", "lists": "daftar kata", "countries": "negara", "places": "tempat",
    "replies": "kalimat bot", "answer": "jawaban pertama", "beware": "awas", "sections": "rincian",
    "recheck": "situs untuk mengecek lagi", "words": "daftar kata", "contacts": "kontak", "ask": "pertanyaan balik",
}  # fmt: skip


def wrong_and_missing(files: Mapping[str, str | None]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is wrong with knowledge files by themselves, and what they still lack, for who sees no file; None: taken away."""
    wrong: list[str] = []
    lacks: list[str] = []
    for path, text in files.items():
        kind = type_of(path)
        if text is None or kind is None:
            continue
        document = read_document(path, text)
        try:
            kind.model.model_validate(document.content)
        except ValidationError as error:
            wrong += [f"• {in_words(one.field)}: {one.message}. {one.advice}".rstrip()
                      for one in problems_of(error, kind.model, document)]  # fmt: skip
        if kind.name == "contact":
            lacks += _contact_lacks(document.content)
    return tuple(wrong[:MOST_TOLD]), tuple(lacks)


def _contact_lacks(content: Mapping[str, Any]) -> Iterator[str]:
    channels = content["channels"]
    if not any(channel["type"] in ("phone", "whatsapp") for channel in channels):
        yield "nomor telepon atau WhatsApp"
    if not content.get("hours"):
        yield "jam layanan"
    if content["name"] == content["name_en"]:
        yield "nama dalam bahasa Inggris"
    if any(channel.get("label") and not channel.get("label_en") for channel in channels):
        yield "keterangan saluran dalam bahasa Inggris"


def problem_line(problem: KnowledgeProblem) -> str:
    """`baris 12, phrases: … Maksud Anda …?`"""
    where = "" if problem.field in ("berkas", "folder") else f", {problem.field}"
    stop = "" if problem.message.endswith((".", "?", "!")) else "."
    return f"• baris {problem.line}{where}: {problem.message}{stop} {problem.advice}".rstrip()


def problem_lines(problems: Iterable[KnowledgeProblem], path: str) -> tuple[str, ...]:
    """The problems of a file, then of others that it breaks (with their names), at most ``MOST_TOLD``."""
    own, others = [], []
    for problem in problems:
        if problem.path.endswith(path):
            own.append(problem_line(problem))
        else:
            others.append(f"{problem_line(problem)} ({problem.path.rpartition('/')[2]})")
    lines = own + others
    rest = len(lines) - MOST_TOLD
    return (*lines[:MOST_TOLD], *((f"… dan {rest} masalah lain.",) if rest > 0 else ()))


def in_words(field: str) -> str:
    """A field as officers call it: "examples.must_match.2.text" → "contoh yang harus ketahuan nomor 2"."""
    steps = field.split(".")
    for length in range(len(steps), 0, -1):
        if (name := _FIELDS.get(".".join(steps[:length]))) is not None:
            number = next((step for step in steps[length:] if step.isdecimal()), "")
            return f"{name} nomor {number}" if number else name
    return field


def missing(content: Mapping[str, Any]) -> tuple[str, ...]:
    """What a red flag, as read from YAML, still lacks before it may be published; empty when it is complete."""
    examples = content.get("examples")
    examples = examples if isinstance(examples, dict) else {}
    lacks = []
    for key, least in (("must_match", 3), ("must_not_match", 2)):
        given = examples.get(key)
        short = least - (len(given) if isinstance(given, list) else 0)
        if short > 0:
            lacks.append(f"{short} lagi {_FIELDS[f'examples.{key}']}" + (" (satu dengan bahasa obrolan)" * (least == 3)))
    if not content.get("phrases"):
        lacks.append("kata-kata tandanya (frasa)")
    for key, words in (("title", "judul"), ("explanation", "kenapa berbahaya"), ("advice", "apa yang harus dilakukan"),
                       ("sources", "sumber, dengan hari dibaca")):  # fmt: skip
        if not content.get(key):
            lacks.append(words)
    return tuple(lacks)


def wished(path: str, text: str | None) -> tuple[str, ...]:
    """What the file of a red flag lacks without harm; empty for any other file, and for one that is no red flag yet."""
    kind = type_of(path)
    if text is None or kind is None or kind.model is not RedFlag:
        return ()
    try:
        rule = RedFlag.model_validate(read_document(path, text).content)
    except (KnowledgeError, ValidationError):
        return ()
    return could_be_better(rule)


def could_be_better(rule: RedFlag) -> tuple[str, ...]:
    """What is allowed to be missing, but should come one day."""
    wishes = []
    if rule.english.title == rule.title:
        wishes.append(ENGLISH)
    if not any(source.url for source in rule.sources):
        wishes.append("sumber dengan alamat situs")
    if not rule.ask:
        wishes.append("pertanyaan balik untuk perekrut")
    return tuple(wishes)
