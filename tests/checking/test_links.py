"""Links and handles: addresses with and without scheme, spaced, spelled out, and names on chat networks."""

from __future__ import annotations

import pytest

from tests.checking.fact_reading import facts_of


@pytest.mark.parametrize(
    ("message", "kind", "label", "quote"),
    [
        pytest.param("klik https://t.me/kerjaluar ya", "link", "chat", "https://t.me/kerjaluar", id="telegram"),
        pytest.param("wa.me/6281234567890", "link", "chat", "wa.me/6281234567890", id="whatsapp"),
        pytest.param("daftar: bit.ly/abc.", "link", "short", "bit.ly/abc", id="short, full stop left out"),
        pytest.param("cek siskop2mi.bp2mi.go.id", "link", "official", "siskop2mi.bp2mi.go.id", id="official"),
        pytest.param("kemnaker.go.id.loker.com", "link", "site", "kemnaker.go.id.loker.com", id="posing as official"),
        pytest.param("https://kemnaker.go.id@loker.com/x", "link", "site", "https://kemnaker.go.id@loker.com/x",
                     id="official name as user"),
        pytest.param("email hrd.kerja@contoh.com", "link", "mail", "hrd.kerja@contoh.com", id="mail"),
        pytest.param("www.contoh.co.id/loker?x=1", "link", "site", "www.contoh.co.id/loker?x=1", id="site"),
        pytest.param("t . me / kerjaluar", "link", "chat", "t . me / kerjaluar", id="spaced"),
        pytest.param("kerjaluar dot com", "link", "site", "kerjaluar dot com", id="spelled out"),
        pytest.param("akun @kerja.jauh_77", "handle", "", "@kerja.jauh_77", id="handle"),
        pytest.param("tele: @kerja_kh", "handle", "telegram", "@kerja_kh", id="telegram handle"),
        pytest.param("ig @loker.id", "handle", "instagram", "@loker.id", id="handle that looks like a site"),
        pytest.param("tele : kerjacepat", "handle", "telegram", "kerjacepat", id="named after a colon"),
        pytest.param("telegram kerja_99", "handle", "telegram", "kerja_99", id="named without a colon"),
    ],
)  # fmt: skip
def test_links_are_read(message: str, kind: str, label: str, quote: str) -> None:
    """Type, label and the person's own words."""
    [fact] = facts_of(message, "link", "handle")
    assert (fact.type, fact.label, fact.text) == (kind, label, quote)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("gaji besar.kerja enak", id="no space after the full stop"),
        pytest.param("harga 5.000 isi 2.org", id="numbers"),
        pytest.param("grup tele isinya bot", id="a network, no name"),
        pytest.param("reporting line: head of platform", id="line is a word"),
        pytest.param("rate 4@5", id="at"),
    ],
)
def test_ordinary_text_is_no_link(message: str) -> None:
    """Sentences without spaces, numbers and names of networks are no links."""
    assert facts_of(message, "link", "handle") == []
