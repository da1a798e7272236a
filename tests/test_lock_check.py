"""The check of the lock file, and the lock file."""

from __future__ import annotations

import runpy

import pytest

from tests.lock_check import ROOT, lock_problems

PROJECT = """
[project]
name = "Contoh-Bot"
dependencies = ["httpx>=0.28", "uvloop>=0.23; sys_platform != 'win32'"]
[project.optional-dependencies]
test = ["Pytest_Asyncio>=1.5"]
dev = ["contoh-bot[test]", "ruff"]
"""
LOCK = "httpx==0.28.1\nuvloop==0.23.0 ; sys_platform != 'win32'\npytest-asyncio==1.5.0\nruff==0.17\n"


@pytest.mark.parametrize(
    ("lock", "problems"),
    [
        pytest.param(LOCK, [], id="good"),
        pytest.param("# oleh siapa saja\n" + LOCK, [], id="comment"),
        pytest.param("", [f"{name} is not pinned in requirements.lock" for name in
                          ("httpx", "pytest-asyncio", "ruff", "uvloop")], id="empty"),
        pytest.param(LOCK.replace("ruff==", "ruff>="), ["ruff is not pinned in requirements.lock"], id="not-exact"),
        pytest.param(LOCK.replace("httpx==", "httpx2=="), ["httpx is not pinned in requirements.lock"], id="near-name"),
        pytest.param("--index-url https://paket.example\n" + LOCK, ["requirements.lock names a host"], id="host"),
        pytest.param(LOCK + "bot @ https://paket.example/bot.whl\n", ["requirements.lock names a host"], id="url"),
    ],
)  # fmt: skip
def test_lock_problems(lock: str, problems: list[str]) -> None:
    """Every direct dependency, of every extra, is pinned exactly, and no host is named."""
    assert lock_problems(PROJECT, lock) == problems


def test_our_lock(capsys: pytest.CaptureFixture[str]) -> None:
    """The command says nothing and ends well."""
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "tests/lock_check.py"), run_name="__main__")
    assert (ended.value.code, *capsys.readouterr()) == (0, "", "")
