"""Pathway checks: both languages say the same, what may change is dated, first answers are short, names exist."""

from __future__ import annotations

import pytest

from bot.checking.compiled import compile_knowledge
from bot.checking.proof import cases, prove
from bot.knowledge import KnowledgeError, load_files
from bot.knowledge.pathways import pathway_texts
from tests.knowledge.minimal import changed, minimal_files, only_problem, problems_in

PATHWAY = "pathways/kerja_kebun.yaml"


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        pytest.param(
            "    - It costs 100,000 [per 2026-11].", "    - It costs 100,000.", "english.answer", "tanda [per",
            id="mark lost in translation",
        ),
        pytest.param("    requirements: [18 or over.]\n", "", "english.sections.requirements", "0 baris", id="section lost"),
        pytest.param("recheck: kantor.example\n", "", "answer", "belum ditulis", id="no place to check again"),
        pytest.param("Biaya 100.000 [per 2026-11]", "Biaya 100.000 [per November]", "answer", "kurung siku", id="odd mark"),
        pytest.param("contacts: [kantor-contoh]", "contacts: [kantor-conto]", "contacts", "tidak ada", id="no contact"),
        pytest.param('"kerja ... {kebun}"', '"kerja ... {kebunan}"', "asks", "bukan daftar kata", id="no such list"),
        pytest.param("topic: asia_gulf", "topic: asia", "topic", "bukan pilihan", id="no such topic"),
        pytest.param("button: Negeri Contoh", "button: Negeri Contoh yang jauh sekali", "button", "terlalu panjang", id="label"),
        pytest.param("recheck: kantor.example", "recheck: https://kantor.example/x", "recheck", "tidak cocok", id="not a host"),
        pytest.param("covers: [C99]", "covers: [C9]", "covers", "tidak cocok", id="not a fact"),
        pytest.param("uang lewat chat itu tiruan", "uang lewat chat itu aman", "beware", "aman", id="promises safety"),
        pytest.param("id: kerja_kebun", "id: kerja_ladang", "id", "nama berkas", id="other name"),
    ],
)  # fmt: skip
def test_a_slip_is_named(old: str, new: str, field: str, words: str) -> None:
    """Each slip gives a problem in its field that says what is wrong."""
    found = problems_in(changed(PATHWAY, old, new))
    assert any(field in problem.field and words in problem.message for problem in found), [str(p) for p in found]


def test_a_long_first_answer_is_refused() -> None:
    """Title, lines and trap together leave room for the contact line; the rest belongs into the sections."""
    problem = only_problem(
        changed(PATHWAY, "  - Dijalankan Kantor Contoh.", f"  - Dijalankan Kantor Contoh. {'é' * 300}")
    )
    assert "bita" in problem.message


def test_a_site_that_must_not_be_shown_is_refused() -> None:
    """Sources of pathways are shown, so they are checked like those of rules."""
    problem = only_problem(changed(PATHWAY, "https://lembaga.example/kebun", "https://palsu.example/kebun"))
    assert "do_not_use" in problem.message


def test_a_phrase_that_cannot_be_read_has_its_place() -> None:
    """What only compiling finds is told with file and line too."""
    files = changed(PATHWAY, '"kerja ... {kebun}"', '"kerja ... ("')
    with pytest.raises(KnowledgeError) as caught:
        compile_knowledge(load_files(files))
    assert caught.value.problems[0].path.endswith(PATHWAY)


def test_questions_are_proved() -> None:
    """Every example of a pathway is a case of the checker, and one that leads elsewhere is named."""
    compiled = compile_knowledge(load_files(minimal_files()))
    own = [case for case in cases(compiled) if case.place[0] == "pathways"]
    assert len(own) == 5
    assert [prove(case, compiled) for case in own] == [None] * 5


def test_a_draft_answers_nothing() -> None:
    """Only active pathways are found."""
    compiled = compile_knowledge(
        load_files(changed(PATHWAY, "topic: asia_gulf\nstatus: active", "topic: asia_gulf\nstatus: draft"))
    )
    assert compiled.questions.ids == ()


def test_every_shown_text_is_looked_at() -> None:
    """Texts come with their place, both languages and the sources' titles included."""
    pathway = load_files(minimal_files()).pathways["kerja_kebun"]
    places = {steps for steps, _ in pathway_texts(pathway)}
    assert {("title",), ("english", "beware"), ("sections", "cost", 0), ("sources", 0, "title")} <= places
