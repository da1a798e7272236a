"""Every target for a moment: hypothesis makes the bytes, and finds the smallest that break something."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.source import Source
from tests.fuzz.targets import TARGETS, knowledge
from tests.running_bot import ROOT, environment

SLOW = 1.0
"""Seconds of this process's own time that one input may take."""


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.binary(max_size=400))
def test_nothing_breaks(name: str, content: bytes) -> None:
    """No unhandled error, no broken promise, and soon done."""
    if name not in ("updates", "requests"):
        knowledge()
    begun = time.process_time()
    TARGETS[name](content)
    assert time.process_time() - begun < SLOW


def test_a_source_reads_the_same_twice() -> None:
    """The bytes say all; where they end, everything is zero and empty."""
    content = bytes(range(200))
    assert [Source(content).text(), Source(content).json()] == [Source(content).text(), Source(content).json()]
    assert (Source(b"").text(), Source(b"").json(), Source(b"").number(7)) == ("", None, 0)
    assert {Source(bytes([number])).json() is None for number in range(9)} == {True, False}


def test_the_command(tmp_path: Path) -> None:
    """It runs without atheris, says what it did, and tries a kept input again."""
    command = [sys.executable, "-m", "tests.fuzz", "updates"]
    ran = subprocess.run(
        [*command, "--plain", "--runs", "300"], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout.startswith("updates: 300 inputs")) == (0, True), ran.stderr
    kept = tmp_path / "x.bin"
    kept.write_bytes(b"\x01\x02")
    subprocess.run([*command, "--replay", str(kept)], cwd=ROOT, env=environment(), check=True)
