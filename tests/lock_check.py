"""Command: the lock pins every direct dependency and names no host; ``python -m tests.lock_check``."""

from __future__ import annotations

import re
import sys
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[1]
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def _normal(requirement: str) -> str:
    match = _NAME.match(requirement)
    assert match is not None, requirement
    return re.sub(r"[._-]+", "-", match.group()).lower()


def lock_problems(pyproject: str, lock: str) -> list[str]:
    """What is wrong with a lock; empty if nothing."""
    project = tomllib.loads(pyproject)["project"]
    wanted = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    pinned = {_normal(line) for line in lock.splitlines() if "==" in line}
    missing = {_normal(line) for line in wanted} - pinned - {_normal(project["name"])}
    problems = [f"{name} is not pinned in requirements.lock" for name in sorted(missing)]
    if "://" in lock:
        problems.append("requirements.lock names a host")
    return problems


if __name__ == "__main__":
    found = lock_problems((ROOT / "pyproject.toml").read_text(), (ROOT / "requirements.lock").read_text())
    sys.stderr.write("".join(f"{problem}\n" for problem in found))
    sys.exit(bool(found))
