"""What the schema refuses is explained in Indonesian, at the right place, with what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.knowledge import fields
from bot.knowledge.advice import field_at, model_at
from bot.knowledge.layout import FILE_TYPES
from bot.knowledge.schema import Channel, ExamplesFile, PlacesFile, RedFlag, RuleExamples, Source
from tests.knowledge.minimal import changed, only_problem

FLAG = "red_flags/koper_titipan.yaml"
CONTACT = "contacts/kantor-contoh.yaml"

CASES = [
    pytest.param(FLAG, "severity: high", "severty: high",
                 "severty", (4, 1), 'Maksud Anda "severity"?', id="unknown-key"),
    pytest.param(FLAG, "    url: https", "    link: https", "sources.1.link", (16, 5), "Yang ada: title", id="far-key"),
    pytest.param(FLAG, "severity: high", "severity: hihg", "severity", (4, 11), 'Maksud Anda "high"?', id="choice"),
    pytest.param(FLAG, "severity: high", "severity: kritis", "severity", (4, 11), '"critical"', id="indonesian-choice"),
    pytest.param(FLAG, "severity: high", "severity: 7", "severity", (4, 11), "critical = satu ini saja", id="meanings"),
    pytest.param(FLAG, "severity: high", "severity:", "severity", (4, 10), "belum diisi", id="empty"),
    pytest.param(FLAG, "severity: high", "severity: [high]", "severity", (4, 11), "bukan pilihan", id="list-as-choice"),
    pytest.param(FLAG, "title: Diminta membawa koper milik orang lain", "title: Tas", "title", (2, 8), "4", id="short"),
    pytest.param(FLAG, "title: Diminta", "title: " + "D" * 80, "title", (2, 8), "paling banyak 70", id="long"),
    pytest.param(FLAG, "advice: [Tolak membawa barang milik orang lain.]", "advice: []",
                 "advice", (11, 9), "baru 0", id="few"),
    pytest.param(FLAG, "[Tolak membawa barang milik orang lain.]", "[aa,aa,aa,aa,aa]",
                 "advice", (11, 9), "ada 5", id="many"),
    pytest.param(FLAG, "advice: [Tolak membawa barang milik orang lain.]", "advice: ya",
                 "advice", (11, 9), "- ", id="text-as-list"),
    pytest.param(FLAG, "checked_on: 2026-11-24", "checked_on: 24-11-2026",
                 "sources.1.checked_on", (17, 17), "2026", id="date"),
    pytest.param(FLAG, "checked_on: 2026-11-24", "checked_on: 2026-02-30",
                 "sources.1.checked_on", (17, 17), "2026", id="no-day"),
    pytest.param(FLAG, "checked_on: 2026-11-24", "checked_on: 0",
                 "sources.1.checked_on", (17, 17), "2026", id="number-date"),
    pytest.param(FLAG, "url: https://lembaga", "url: lembaga", "sources.1.url", (16, 10), "https://", id="address"),
    pytest.param(FLAG, '  - "titip {barang}"', "  - {barang}",
                 "phrases.2", (27, 5), "tanda kutip", id="phrase-is-group"),
    pytest.param(FLAG, '  - "titip {barang}"', "  - [titip]", "phrases.2", (27, 5), "tanda kutip", id="phrase-is-list"),
    pytest.param(FLAG, '  - "titip {barang}"', "  -", "phrases.2", (27, 4), "belum diisi", id="phrase-is-empty"),
    pytest.param(FLAG, "  titipan: [", "  Titipan: [", "words.Titipan", (24, 3), "huruf kecil", id="list-name"),
    pytest.param(FLAG, "[koper tertutup, tas tertutup]", "[]", "words.titipan", (24, 12), "baru 0", id="empty-list"),
    pytest.param(FLAG, "      why: Barang sendiri.\n", "",
                 "examples.must_not_match.2.why", (43, 7), "Tambahkan", id="missing"),
    pytest.param(FLAG, "  - title: Lembaga Contoh\n    url", "  - ILO\n  - title: ILO\n    url",
                 "sources.1", (15, 5), "title: …", id="no-group"),
    pytest.param("kinds/menawarkan_kerja.yaml", "weight: 40", "weight: banyak",
                 "weight", (5, 9), "angka bulat", id="number"),
    pytest.param("kinds/menawarkan_kerja.yaml", "weight: 40", "weight: 101",
                 "weight", (5, 9), "paling banyak 100", id="high"),
    pytest.param("kinds/menawarkan_kerja.yaml", "weight: 40", "weight: 0",
                 "weight", (5, 9), "paling sedikit 1", id="low"),
    pytest.param("kinds/menawarkan_kerja.yaml", "weight: 40", "weight: 4.5",
                 "weight", (5, 9), "angka bulat", id="fraction"),
    pytest.param("kinds/menawarkan_kerja.yaml", "weight: 40", "weight: [4]",
                 "weight", (5, 9), "angka bulat", id="list-as-number"),
    pytest.param("wages.yaml", "QXD: 4000", "QXD: 0", "rupiah_per.QXD", (1, 19), "lebih dari 0", id="rate-zero"),
    pytest.param("wages.yaml", "QXD: 4000", "QXD: inf", "rupiah_per.QXD", (1, 19), "angka biasa", id="rate-infinite"),
    pytest.param("wages.yaml", "QXD: 4000", "QXD: empat", "rupiah_per.QXD", (1, 19), "bukan angka", id="rate-text"),
    pytest.param("wages.yaml", "QXD: 4000", "qxd: 4000", "rupiah_per.qxd", (1, 14), "huruf besar", id="currency-name"),
    pytest.param("wages.yaml", "volatile: false", "volatile: kadang",
                 "typical.1.volatile", (6, 101), "true", id="boolean"),
    pytest.param(CONTACT, "confidence: medium, only", "confidence: low, only",
                 "channels.2.confidence", (9, 44), "jangan ditulis", id="low-channel"),
    pytest.param(CONTACT, "area: national", "area: nasional", "area", (6, 7), "national, kalteng", id="area"),
    pytest.param(CONTACT, "id: kantor-contoh", "id: Kantor", "id", (1, 5), "kp2mi-callcenter", id="slug"),
    pytest.param("policy.yaml", "  low: {points", "  lows: {points",
                 "severities.lows", (5, 3), 'Maksud Anda "low"?', id="closed-key"),
    pytest.param("policy.yaml", "memory_hours: 1", "memory_hours: " + "9" * 5000,
                 "memory_hours", (32, 15), "terlalu besar", id="huge"),
    pytest.param("words.yaml", "barang: [dus, peti]", "barang: dus",
                 "lists.barang", (5, 11), "daftar", id="text-as-words"),
    pytest.param("words.yaml", "  tidak: [gak, ora, no]\n  yang: [yg]", "  gak",
                 "spellings", (2, 3), "kelompok", id="text-as-groups"),
    pytest.param("words.yaml", "[dus, peti]", "[dus, '']",
                 "lists.barang.2", (5, 17), "terlalu pendek", id="empty-entry"),
    pytest.param("replies/en.yaml", 'salam: "Hello', 'Salam: "Hello',
                 "replies.Salam", (2, 3), "check.danger", id="reply-key"),
    pytest.param("replies/en.yaml", '"Hello {nama}, check before you leave."', '" "',
                 "replies.salam", (2, 10), "pendek", id="blank"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "field", "place", "words"), CASES)
def test_refused_value(path: str, old: str, new: str, field: str, place: tuple[int, int], words: str) -> None:
    """One slip gives one problem: its field, its line and column, and the words that help."""
    problem = only_problem(changed(path, old, new))
    assert (problem.path, problem.field) == (f"knowledge/{path}", field)
    assert words in f"{problem.message}. {problem.advice}"
    assert (problem.line, problem.column) == place


def test_long_values_are_cut() -> None:
    """A pasted page does not fill the screen."""
    problem = only_problem(changed(FLAG, "severity: high", f'severity: "{"h" * 5000}"'))
    assert len(str(problem)) < 600


def models() -> Iterator[type[BaseModel]]:
    seen: list[Any] = [kind.model for kind in FILE_TYPES]
    for model in seen:
        yield model
        for name in model.model_fields:
            inner = model_at(model, (name,)) or model_at(model, (name, 0)) or model_at(model, (name, "x", 0))
            if inner and inner not in seen:
                seen.append(inner)


def described() -> list[Any]:
    return [
        pytest.param(field, id=f"{model.__name__}.{name}")
        for model in models()
        for name, field in model.model_fields.items()
    ]


@pytest.mark.parametrize("field", described())
def test_every_field_is_described(field: FieldInfo) -> None:
    """Officers read in their editor what to write, for every field."""
    assert field.description
    assert field.description.endswith((".", "?"))


def test_every_pattern_is_explained() -> None:
    """A text that does not fit its pattern is never answered with the pattern."""
    patterns = {value for name, value in vars(fields).items() if name.endswith("_PATTERN")}
    assert patterns == set(fields.PATTERN_MEANINGS)


def test_models_and_fields_at_a_place() -> None:
    """Lists, optional models and closed dicts are walked through; what does not exist is None."""
    assert model_at(RedFlag, ()) is RedFlag
    assert model_at(RedFlag, ("sources", 3)) is Source
    assert model_at(PlacesFile, ("countries", 0, "status_source")) is Source
    assert model_at(RedFlag, ("examples",)) is RuleExamples
    assert model_at(RedFlag, ("words", "x", 0)) is None
    assert model_at(RedFlag, ("none", "deeper")) is None
    assert field_at(RedFlag, ()) is None
    assert field_at(RedFlag, ("sources", 0, "url")) is Source.model_fields["url"]
    assert field_at(ExamplesFile, ("ordinary", 0)) is ExamplesFile.model_fields["ordinary"]
    assert field_at(RedFlag, ("none",)) is None
    assert {Channel, Source, RuleExamples} <= set(models())
