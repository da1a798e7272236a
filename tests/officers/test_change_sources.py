"""Days, pages and numbers as officers write them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.knowledge import load_files
from bot.knowledge.fields import ChannelType
from bot.officers.change_channels import Written, written
from bot.officers.change_sources import day_in, told_day, url_in
from bot.officers.change_steps import Again
from tests.knowledge.minimal import minimal_files

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(("said", "day"), [
    ("hari ini", "2026-11-25"), ("20-11-2026", "2026-11-20"), ("20/11/2026", "2026-11-20"), ("20 November 2026", "2026-11-20"),
    ("1 agustus 2025", "2025-08-01"), ("2026-11-20", "2026-11-20"), ("11-2026", "2026-11"), ("November 2026", "2026-11"),
    ("2026-11", "2026-11"), ("2026", "2026"), ("26-11-2026", ""), ("31-2-2026", ""), ("0-1-2026", ""), ("0-2026", ""),
    ("kemarin", ""), ("2027", ""), ("1200", ""), ("3 juni", ""),
])  # fmt: skip
def test_days(said: str, day: str) -> None:
    assert day_in(said, TODAY) == day


def test_days_and_pages_as_people_read_and_write_them() -> None:
    assert told_day("2026-11-20") == "20-11-2026"
    assert told_day("tanpa tanggal") == "tanpa tanggal"
    assert url_in(" kemlu.go.id/bangkok ") == "https://kemlu.go.id/bangkok"
    assert url_in("http://a.example:80/x?y=1") == "http://a.example:80/x?y=1"
    assert url_in("kata teman") == url_in("https://") == url_in("teman") == ""


@pytest.mark.parametrize(("kind", "area", "said", "value", "dialled"), [
    ("phone", "national", "110", "110", ""), ("phone", "TH", "02 252 3135", "+6622523135", "02 252 3135"),
    ("phone", "kalteng", "(0536) 322-1234", "+625363221234", "(0536) 322-1234"), ("phone", "national", "1500 444", "1500444", "1500 444"),
    ("whatsapp", "national", "+62 811 8080 141", "+628118080141", ""), ("whatsapp", "national", "110", None, ""),
    ("web", "national", "sampit.imigrasi.go.id", "https://sampit.imigrasi.go.id", ""), ("web", "national", "situs kami", None, ""),
    ("email", "national", "a@b.go.id", "a@b.go.id", ""), ("email", "national", "a.b.go.id", None, ""),
    ("address", "national", "Jl. Contoh 1, Kota", "Jl. Contoh 1, Kota", ""), ("address", "national", "Kota", None, ""),
    ("phone", "national", "199", None, ""), ("web", "national", "www.palsu.example/a", None, ""),
])  # fmt: skip
def test_channels(kind: ChannelType, area: str, said: str, value: str | None, dialled: str) -> None:
    found = written(kind, said, area, load_files(minimal_files()))
    assert isinstance(found, Again) if value is None else found == Written(value, dialled)
