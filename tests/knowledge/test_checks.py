"""Checks across parts and files: each mistake gives one problem at its place, drafts included."""

from __future__ import annotations

import pytest

from bot.checking import cues, index
from bot.knowledge import load_files
from bot.knowledge.fields import COMPULSORY_LISTS
from tests.knowledge.minimal import changed, minimal_files, only_problem, problems_in

FLAG = "red_flags/koper_titipan.yaml"
CONTACT = "contacts/kantor-contoh.yaml"

CASES = [
    pytest.param(FLAG, "quote: \"titip dus\"", "quote: \"Titip dus\"",
                 "examples.must_match.3.quote", "Salin persis", id="quote"),
    pytest.param(FLAG, "titip {barang}", "titip {barangg}", "phrases.2", 'Maksud Anda "barang"?', id="list-name"),
    pytest.param(FLAG, "titip {barang}", "titip {wagee>=10jt}", "phrases.2", 'Maksud Anda "wage"?', id="fact-name"),
    pytest.param(FLAG, "titip {barang}", "titip {zzz}", "phrases.2", "barang, titipan", id="far-list-name"),
    pytest.param(FLAG, "jangan (bawa~|antar~) ... {titipan}", "jangan {titip}",
                 "unless.1", '"titipan"', id="unless-list"),
    pytest.param(FLAG, "  titipan: [", "  visa: [x]\n  titipan: [",
                 "words.visa", "nama lain", id="list-called-like-fact"),
    pytest.param("words.yaml", "  barang: [", "  fee: [x]\n  barang: [",
                 "lists.fee", "nama lain", id="words-called-like-fact"),
    pytest.param(FLAG, "contacts: [kantor-contoh]", "contacts: [kantor-conto]",
                 "contacts.1", '"kantor-contoh"', id="contact"),
    pytest.param(FLAG, "title: Diminta", "title: " + "D" * 30, "title", "paling banyak 60", id="title"),
    pytest.param(FLAG, "Boleh saya tahu", "GANTI: boleh saya tahu", "ask", "masih ada", id="placeholder"),
    pytest.param("policy.yaml", "default_contact: kantor-contoh", "default_contact: kator-contoh",
                 "default_contact", '"kantor-contoh"', id="policy-contact"),
    pytest.param("policy.yaml", "area_contacts: [kantor-contoh]", "area_contacts: [x9]",
                 "area_contacts.1", "folder contacts", id="area-contact"),
    pytest.param("policy.yaml", "[izin_tertulis]", "[izin_tertuls]",
                 "lawful_offer_states.1.shown_by.1", '"izin_tertulis"', id="statement-marker"),
    pytest.param("policy.yaml", "caution_from: 50", "caution_from: 100",
                 "caution_from", "danger_from", id="thresholds"),
    pytest.param("policy.yaml", "  low: {points: 5, meaning: Hanya bersama tanda lain.}\n", "",
                 "severities", '"low"', id="severity-without-meaning"),
    pytest.param("policy.yaml", ", other: 30}", "}", "kind_from", '"other"', id="kind-without-weight"),
    pytest.param(CONTACT, "confidence: high}\n  - {type: phone, value: 0199",
                 "confidence: high, only_in_indonesia: 1}\n  - {type: phone, value: 0199",
                 None, "dari luar negeri", id="emergency-abroad"),
    pytest.param(CONTACT, "area: national", "area: ZZ", "area", "places.yaml", id="contact-country"),
    pytest.param("places.yaml", "country: QX, scam", "country: ZZ, scam",
                 "places.1.country", "ID, QX", id="place-country"),
    pytest.param("places.yaml", "code: QX", "code: ID", None, "sudah ada", id="country-twice"),
    pytest.param("wages.yaml", "country: QX", "country: ZZ", "typical.1.country", "ID, QX", id="wage-country"),
    pytest.param("wages.yaml", "job: kebun", "job: kebon", "typical.1.job", '"kebun"', id="wage-job"),
    pytest.param("wages.yaml", "skilled: [perawat]", "skilled: [bidan]",
                 "skilled.1", "kebun, perawat", id="skilled-job"),
    pytest.param("wages.yaml", "low: 5000000", "low: 8000000", "typical.1.low", "lebih besar", id="low-above-high"),
    pytest.param("words.yaml", "  yang: [yg]", "  yang: [yg, YG]",
                 "spellings.yang.2", "sudah ditulis", id="variant-twice"),
    pytest.param("words.yaml", "  negasi:", "  negasy:", "lists", '"negasi" wajib', id="list-of-checking"),
    pytest.param("replies/en.yaml", "{nama}", "{name}", "replies.salam", "{nama}, {name}", id="reply-placeholder"),
    pytest.param("replies/en.yaml", "{nama}", "{nama", "replies.salam", "berpasangan", id="reply-brace"),
    pytest.param("replies/en.yaml", "{nama}", "{nama.__class__}", "replies.salam", "{nama} saja", id="reply-attribute"),
    pytest.param("replies/en.yaml", "{nama}", "{nama!r}", "replies.salam", "{nama} saja", id="reply-conversion"),
    pytest.param("replies/en.yaml", "{nama}", "{}", "replies.salam", "{nama} saja", id="reply-without-name"),
    pytest.param("examples/tawaran.yaml", "flags: [koper_titipan]", "flags: [koper_titip]",
                 "messages.1.flags.1", '"koper_titipan"', id="example-flag"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "field", "words"), CASES)
def test_mistake_across_parts(path: str, old: str, new: str, field: str | None, words: str) -> None:
    """The problem stands where the mistake is and says what would be right."""
    problems = [problem for problem in problems_in(changed(path, old, new)) if words in str(problem)]
    assert [problem.field for problem in problems] == [field or problems[0].field]
    assert problems[0].line > 0


@pytest.mark.parametrize("old", ['quote: "titip dus"', "titip {barang}", "contacts: [kantor-contoh]"])
def test_drafts_and_retired_rules_get_the_same_checks(old: str) -> None:
    """A draft that would break when activated is refused while it is a draft."""
    new = old.replace("titip", "titp").replace("{barang}", "{brang}").replace("[kantor", "[kanor")
    for status in ("draft", "retired"):
        files = changed(FLAG, old, new)
        files[FLAG] = files[FLAG].replace("status: active", f"status: {status}")
        files["examples/tawaran.yaml"] = "ordinary: []\n"
        assert len(problems_in(files)) == 1


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_long_titles_and_placeholders_are_for_active_rules_only(status: str) -> None:
    """A draft may still be unfinished."""
    title = "Diminta membawa koper milik orang lain"
    files = changed(FLAG, f"{title}\nstatus: active", f'"GANTI: {title} {"x" * 20}"\nstatus: {status}')
    files["examples/tawaran.yaml"] = "ordinary: []\n"
    assert problems_in(files) == ()


def test_id_used_in_two_folders() -> None:
    """A marker may not have the id of a red flag: answers and reports name rules by id alone."""
    files = minimal_files()
    files["markers/koper_titipan.yaml"] = files["markers/izin_tertulis.yaml"].replace("izin_tertulis", "koper_titipan")
    problem = only_problem(files)
    assert (problem.path, problem.field) == ("knowledge/markers/koper_titipan.yaml", "id")
    assert "knowledge/red_flags/koper_titipan.yaml" in problem.message


def test_unless_needs_a_fourth_example() -> None:
    """An exception without a proof that it hides nothing is refused."""
    proof = '    - text: "Jangan khawatir ya, nanti bawa koper tertutup itu."\n      quote: "bawa koper tertutup"\n'
    problem = only_problem(changed(FLAG, proof, ""))
    assert problem.field == "unless"
    assert "paling sedikit 4 must_match, baru 3" in problem.message


def test_high_contact_needs_a_high_channel() -> None:
    """The confidence of a contact is that of its main channel."""
    files = minimal_files()
    files[CONTACT] = files[CONTACT].replace("confidence: high}", "confidence: medium}")
    problem = only_problem(files)
    assert problem.field == "confidence"
    assert "Tulis medium" in problem.advice


@pytest.mark.parametrize(("more", "less"), [("id", "en"), ("en", "id")])
def test_reply_in_one_language_only(more: str, less: str) -> None:
    """Nobody gets silence because a sentence was not translated."""
    files = minimal_files()
    files[f"replies/{more}.yaml"] += "  salam_kedua: Halo lagi.\n"
    problem = only_problem(files)
    assert problem.path == f"knowledge/replies/{less}.yaml"
    assert '"salam_kedua" belum ada' in problem.message


def test_example_expects_a_retired_flag() -> None:
    """Nobody has to find every message that names a sign before it can be retired; an id that nobody knows is a mistake."""
    assert problems_in(changed(FLAG, "status: active", "status: retired")) == ()
    problem = only_problem(changed("examples/tawaran.yaml", "koper_titipan", "koper_titip"))
    assert (problem.path, problem.field) == ("knowledge/examples/tawaran.yaml", "messages.1.flags.1")


def test_compulsory_lists_are_those_that_checking_reads() -> None:
    """A words.yaml that loads never stops the engine from starting."""
    read = {f"fact_{kind}" for kind in cues.ROLE_KINDS | cues.OTHER_KINDS} | {index.NEGATORS.strip("{}")}
    assert read == COMPULSORY_LISTS


def test_variant_of_two_words() -> None:
    """One spelling may stand for several words: dialects share words that mean different things."""
    assert problems_in(changed("words.yaml", "  yang: [yg]", "  yang: [yg, ora]")) == ()


def test_own_list_stands_for_a_shared_one() -> None:
    """A rule's own word list may have the name of a shared one."""
    files = changed("words.yaml", "  barang: [", "  titipan: [kardus]\n  barang: [")
    assert load_files(files).words.lists["titipan"] == ["kardus"]
