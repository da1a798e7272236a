"""The doors of the status: alive, ready and why not, and the figures for whoever may ask."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from starlette.applications import Starlette

from bot import status as status_module
from bot.channels import Delivered, RetryLater
from bot.metrics import STEPS
from bot.status import SILENT_SECONDS, Hearing, Status
from tests.running_bot import SMALL_OFFER
from tests.workplace import Workplace, workplace

TOKEN = "rahasia-untuk-angka-32-huruf-lebih"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path) as opened:
        yield opened


@pytest.fixture
def status(place: Workplace) -> Status:
    hearing = Hearing(place.clock)
    hearing.heard()
    return Status(place.storage, place.worker.metrics, lambda: "rev-1", None, hearing)


@asynccontextmanager
async def web(status: Status, public: bool = False) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in front of the doors."""
    transport = httpx.ASGITransport(Starlette(routes=status.routes(public)))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.example") as client:
        yield client


async def asked(status: Status, path: str) -> tuple[int, dict[str, Any]]:
    """Status and content of a door."""
    async with web(status) as client:
        answer = await client.get(path)
    return answer.status_code, json.loads(answer.text)


async def figures(status: Status) -> dict[str, float]:
    """What Prometheus reads, as "name{label=value}" → value."""
    async with web(status) as client:
        text = (await client.get("/metrics")).text
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_ready(place: Workplace, status: Status) -> None:
    """Database, knowledge and the newest update are told."""
    assert await asked(status, "/readyz") == (
        200,
        {
            "ready": True, "reasons": [], "knowledge": "rev-1", "revision": 0, "notes": [], "last_confirmed_update": None,
            "queues": {name: {"waiting": 0, "oldest_seconds": 0, "dead": 0} for name in ("inbox", "outbox")},
        },
    )  # fmt: skip
    await place.hear(("ani", SMALL_OFFER))
    await place.storage.inbox.set_aside("telegram", "x", "{}", "broken")
    place.clock.move(5)
    _, told = await asked(status, "/readyz")
    assert told["queues"]["inbox"] == {"waiting": 1, "oldest_seconds": 5, "dead": 1}
    assert told["last_confirmed_update"].endswith("+00:00")


async def test_not_ready(place: Workplace, status: Status) -> None:
    """Each reason is named, and gone when it is mended."""
    hearing = status.hearing
    hearing.heard_at = None
    hearing.stored(False)
    code, told = await asked(status, "/readyz")
    assert (code, told["reasons"]) == (
        503, ["telegram: not connected yet", "updates: the last one could not be stored"]
    )  # fmt: skip
    place.clock.move(1)
    hearing.heard()
    hearing.stored(True)
    assert (await asked(status, "/readyz"))[0] == 200
    hearing.polling = True
    place.clock.move(SILENT_SECONDS + 1)
    hearing.stopping = True
    assert (await asked(status, "/readyz"))[1]["reasons"] == ["stopping", "telegram: does not answer"]


async def test_no_knowledge(place: Workplace, status: Status) -> None:
    """Without it nobody can be answered."""
    empty = Status(place.storage, status.metrics, lambda: "", None, status.hearing)
    code, told = await asked(empty, "/readyz")
    assert (code, told["reasons"]) == (503, ["knowledge: not loaded"])


async def test_a_database_that_does_not_answer(
    place: Workplace, status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is its sentence; the process is alive all the same, and the figures say that they are missing."""
    place.rows("DROP TABLE outbox")
    place.rows("ALTER TABLE inbox RENAME TO lain")
    monkeypatch.setattr(status_module, "ASK_WITHIN", 0.0)
    code, told = await asked(status, "/readyz")
    assert (code, told["reasons"]) == (503, ["database: It does not answer in time."])
    async with web(status) as client:
        assert (await client.get("/healthz")).text == "ok"
        assert (await client.get("/metrics")).status_code == 503


@pytest.mark.parametrize(
    ("token", "public", "header", "code"),
    [
        (None, False, "", 200),
        (None, True, "", 404),
        (TOKEN, True, "", 401),
        (TOKEN, False, "Bearer salah", 401),
        (TOKEN, True, f"Basic {TOKEN}", 401),
        (TOKEN, True, f"bearer {TOKEN}", 200),
        (TOKEN, False, f"Bearer {TOKEN}", 200),
    ],
)
async def test_who_may_ask_for_figures(
    place: Workplace, status: Status, token: str | None, public: bool, header: str, code: int
) -> None:
    """On a port of their own everybody who gets there, in public only who has the token."""
    guarded = Status(
        place.storage, status.metrics, status.revision, SecretStr(token) if token else None, status.hearing
    )
    async with web(guarded, public) as client:
        assert (await client.get("/metrics", headers={"authorization": header})).status_code == code


async def test_figures_of_a_working_bot(place: Workplace, status: Status) -> None:
    """Answers by kind and level, every step's time, waits, retries, queues and dead letters; and nothing of anybody."""
    place.channel.next.extend([RetryLater(3.0, "limited"), OSError("kata rahasia"), Delivered("1")])
    await place.hear(("ani", SMALL_OFFER), ("ani", "/kontak"))
    await place.storage.inbox.set_aside("telegram", "x", "{}", "broken")
    for _ in range(4):
        await place.work()
        place.clock.move(5)
    await place.hear(("budi", SMALL_OFFER))
    place.clock.move(7)
    found = await figures(status)
    expected = {
        "cekdulu_answers_total{offer}{caution}": 1, "cekdulu_answers_total{command}{}": 1,
        "cekdulu_retries_total{outbox}": 2, "cekdulu_rate_limit_waits_total{telegram}": 1,
        "cekdulu_rate_limit_wait_seconds_total{telegram}": 3, "cekdulu_queue_length{inbox}": 1,
        "cekdulu_queue_length{outbox}": 0, "cekdulu_queue_age_seconds{inbox}": 7, "cekdulu_dead_letters{inbox}": 1,
        "cekdulu_step_seconds_count{claim}": 2, "cekdulu_step_seconds_count{read}": 1,
        "cekdulu_step_seconds_count{assess}": 1, "cekdulu_step_seconds_count{answer}": 2,
        "cekdulu_step_seconds_count{send}": 3,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert {f"cekdulu_step_seconds_count{{{name}}}" for name in STEPS} <= found.keys()
    assert not [name for name in found if any(word in name for word in ("ani", "budi", "koper"))]
