"""What people may never read: a claim of safety, a number or site that is known to be wrong."""

from __future__ import annotations

import pytest

from bot.knowledge.schema import DoNotUse
from bot.knowledge.shown_checks import banned_in, claims_safety
from tests.knowledge.minimal import changed, only_problem, problems_in

FLAG = "red_flags/koper_titipan.yaml"
CONTACT = "contacts/kantor-contoh.yaml"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Tawaran ini aman.", True),
        ("AMAN", True),
        ("Anda aman di sini", True),
        ("Ini tidak buruk. Jadi aman.", True),
        ("Tidak ada tanda\nberarti aman", True),
        ("Aman, bukan?", True),
        ("Ini bukan berarti aman.", False),
        ("Belum tentu aman.", False),
        ('Pesan ini berkata "resmi" atau "aman", tanpa izin.', False),
        ("Katanya “aman”.", False),
        ("Jangan anggap tawaran ini aman.", False),
        ("Kami tidak pernah bilang aman", False),
        ("Jaga keamanan, amankan dokumen.", False),
        ("", False),
    ],
)
def test_claims_of_safety(text: str, claim: bool) -> None:
    """Only a denial before the word in its sentence, or quotation marks, take the promise out of it."""
    assert claims_safety(text) is claim


@pytest.mark.parametrize(
    ("path", "old", "new", "field"),
    [
        ("replies/id.yaml", "cek dulu sebelum", "ini aman, cek sebelum", "replies.salam"),
        (FLAG, "Pesan ini meminta Anda", "Pesan ini aman bila Anda", "explanation"),
        (FLAG, "Tolak membawa", "Lebih aman membawa", "advice.1"),
        ("markers/izin_tertulis.yaml", "Cocokkan nama", "Supaya aman, cocokkan nama", "check"),
    ],
)
def test_no_sentence_promises_safety(path: str, old: str, new: str, field: str) -> None:
    """Replies and rules are refused with other words to use."""
    problem = only_problem(changed(path, old, new))
    assert problem.field == field
    assert "belum terbukti resmi" in problem.advice


BANNED = banned_in(
    tuple(
        DoNotUse(value=value, why="karangan")
        for value in ("154", "+6281200000099", "palsu.example", "admin@tiruan.example", "kantor tiruan di pasar")
    )
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("WA 0812-0000-0099 ya", "+6281200000099"),
        ("+62 812 0000 0099", "+6281200000099"),
        ("(0812) 0000.0099", "+6281200000099"),
        ("62812000000991", None),
        ("154 orang", None),
        ("https://palsu.example/daftar?x=1", "palsu.example"),
        ("buka www.palsu.example.", "palsu.example"),
        ("daftar.palsu.example", "palsu.example"),
        ("tidakpalsu.example", None),
        ("palsu.example.go.id", None),
        ("tulis ke Admin@Tiruan.example", "admin@tiruan.example"),
        ("dari Kantor Tiruan di Pasar itu", "kantor tiruan di pasar"),
        ("2026-11-24", None),
        ("", None),
    ],
)
def test_banned_in_text(text: str, found: str | None) -> None:
    """Numbers in any writing, sites with their pages and sub-sites; nothing that only looks alike."""
    entry = BANNED.in_text(text)
    assert (entry.value if entry else None) == found


def test_banned_short_number() -> None:
    """A short number counts only as a whole channel."""
    assert BANNED.in_number("154") is not None
    assert BANNED.in_number("1545") is None


@pytest.mark.parametrize(
    ("path", "old", "new", "field"),
    [
        (CONTACT, 'value: "+62210000001"', "value: 081200000099", "channels.1.value"),
        (CONTACT, "dialled: 021 000 0001", "dialled: 0812 0000 0099", "channels.1.dialled"),
        (CONTACT, "value: 0199", "value: 199", "channels.2.value"),
        (CONTACT, 'value: "https://kantor.example"', "value: www.palsu.example", "channels.3.value"),
        (FLAG, "https://lembaga.example/koper", "https://berita.palsu.example/a", "sources.1.url"),
        (FLAG, "Tolak membawa", "Telepon 0812 0000 0099. Tolak membawa", "advice.1"),
        ("replies/en.yaml", "check before", "write to admin@tiruan.example before", "replies.salam"),
    ],
)
def test_do_not_use_is_refused_everywhere(path: str, old: str, new: str, field: str) -> None:
    """The problem names the entry and its reason."""
    problem = only_problem(changed(path, old, new))
    assert problem.field == field
    assert "ada di do_not_use" in problem.message


@pytest.mark.parametrize("value", ["154, 155", "SMS 7266", "a.example, b.example"])
def test_entry_that_cannot_be_found(value: str) -> None:
    """An entry that would never be recognised is no protection, so it is refused."""
    problem = only_problem(changed("contacts/do_not_use.yaml", "value: 199", f'value: "{value}"'))
    assert problem.field == "do_not_use.1.value"
    assert "tepat satu nomor" in problem.advice


def test_entry_twice_is_harmless() -> None:
    """The same number with two reasons still protects."""
    files = changed("contacts/do_not_use.yaml", "do_not_use:\n", "do_not_use:\n  - {value: 199, why: Alasan lain.}\n")
    assert problems_in(files) == ()
