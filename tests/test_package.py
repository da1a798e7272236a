"""The wheel: built from a copy of the tree, installed elsewhere, and run where no checkout is near."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.running_bot import ROOT

SHIPPED = ("bot", "knowledge", "README.md", "LICENSE", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Installed:
    """A fresh environment with the wheel and, from the environment of the tests, what it depends on."""

    wheel: Path
    """The built file."""
    programs: Path
    """The folder of the environment's programs."""
    elsewhere: Path
    """An empty folder to run them in."""

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """What a program of the environment does; isolated, so that it can find no checkout."""
        program = [str(self.programs / command[0]), *command[1:]]
        environment = {"PATH": str(self.programs)} | settings
        return subprocess.run(program, cwd=self.elsewhere, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("package")
    wheel = build(copied_tree(folder / "tree"), folder / "dist")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin/python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel],
        check=True,
    )
    site = next(environment.glob("lib/python*/site-packages"))
    # A path in a .pth file lends the packages there, but not what their own .pth files add: no editable checkout.
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n" + sysconfig.get_path("platlib") + "\n")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    return Installed(wheel, environment / "bin", elsewhere)


def copied_tree(target: Path) -> Path:
    """What the wheel is made of, without what running left behind."""
    target.mkdir()
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / name)
    return target


def build(tree: Path, target: Path) -> Path:
    """The wheel of a tree, made without the network."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=tree, check=True, capture_output=True)
    (wheel,) = target.glob("*.whl")
    return wheel


def test_the_wheel_carries_what_the_bot_needs(installed: Installed) -> None:
    """Every module, migration and knowledge file, each once, and nothing of the tests."""
    with ZipFile(installed.wheel) as wheel:
        names = {name for name in wheel.namelist() if not name.partition("/")[0].endswith(".dist-info")}
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "bot").rglob("*.py")}
    knowledge = {path.relative_to(ROOT / "knowledge").as_posix() for path in (ROOT / "knowledge").rglob("*.yaml")}
    assert code <= names
    assert {f"bot/knowledge/packaged/{path}" for path in knowledge} <= names
    assert {name for name in names if not name.startswith("bot/")} == set()


def test_it_checks_a_message_anywhere(installed: Installed) -> None:
    """With the knowledge inside it, and no other program or folder of ours near."""
    ran = installed.run("python", "-I", "-m", "bot", "check", "Kerja di Kamboja, paspor dipegang agen, berangkat besok")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("⛔🔴 BAHAYA")
    where = installed.run("python", "-I", "-c", "import bot; print(bot.__file__)")
    assert Path(where.stdout).is_relative_to(installed.programs.parent)


def test_it_brings_its_migrations(installed: Installed) -> None:
    """The program of the wheel, by its own name, makes the tables of a new database."""
    ran = installed.run("cekdulu", "migrate", DATABASE_URL="sqlite:///baru.db")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (installed.elsewhere / "baru.db").stat().st_size > 0
