"""The commands of the README: found where they are marked, and fit for a fresh clone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.readme_commands import README, readme_commands
from tests.running_bot import ROOT

SAMPLE = """
Pasang:
<!-- command: start -->
```sh
python3 -m venv .venv &&
  .venv/bin/pip install . && .venv/bin/python -m bot
```
Lain: `rm contoh`
```sh
tidak ditandai
```
<!-- command: test -->

```sh
pytest
```
"""


def test_marked_blocks_are_found() -> None:
    """By name, whole, line breaks included; what is not marked is left alone."""
    start = "python3 -m venv .venv &&\n  .venv/bin/pip install . && .venv/bin/python -m bot\n"
    assert readme_commands(SAMPLE) == {"start": start, "test": "pytest\n"}


def test_nothing_marked() -> None:
    """A text without marks has no commands."""
    assert readme_commands("```sh\nls\n```") == {}


@pytest.mark.parametrize("name", ["start", "test"])
def test_our_readme(name: str) -> None:
    """It has both commands; the shell understands them, they end one after the other, and name no folder of ours."""
    command = readme_commands(README.read_text("utf-8"))[name]
    subprocess.run(["bash", "-n", "-c", command], check=True)
    assert "/work" not in command
    assert "sudo" not in command


def test_the_command_prints_one() -> None:
    """As CI calls it."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.readme_commands", "test"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == readme_commands(README.read_text("utf-8"))["test"]
