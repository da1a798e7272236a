"""The conversation in a terminal: each line a message, buttons as numbers, and nothing of it kept."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.running_bot import COMMAND, SMALL_OFFER, environment, small_knowledge


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_knowledge(tmp_path_factory.mktemp("knowledge"))


@pytest.fixture
def line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, knowledge: Path
) -> CommandLine:
    made = CommandLine(monkeypatch, capsys, tmp_path)
    made.set(knowledge_dir=knowledge)
    return made


@pytest.mark.parametrize("command", [["chat"], ["serve"], []], ids=["chat", "serve", "none"])
def test_each_line_is_a_message(line: CommandLine, command: list[str]) -> None:
    """Answers come in the order of the lines, and numbers press the buttons; without a token this is what starts."""
    ran = line.run(*command, typed=f"{SMALL_OFFER}\n1\n/bantuan")
    assert ran.code == 0
    first, evidence, help_ = (ran.out.index(words) for words in ("⚠️🟡 WASPADA", "🗺️ Peta bukti", "Cara pakai"))
    assert first < ran.out.index("  1. Rincian") < evidence < help_
    assert ("TELEGRAM_TOKEN belum diisi" in ran.err) == (command != ["chat"])


def test_nothing_is_waited_for(line: CommandLine) -> None:
    """Each line is answered by itself and at once, whatever the quiet time of other channels; no notes in between."""
    line.set(quiet_seconds=5, messages_per_person=1)
    begun = time.monotonic()
    ran = line.run("chat", typed=f"{SMALL_OFFER}\n" * 8)
    assert ran.out.count("WASPADA") == 8
    assert time.monotonic() - begun < 20  # 8 quiet times would be 40
    assert ran.err == ""


def test_nothing_stays(line: CommandLine, tmp_path: Path) -> None:
    """Two chats know nothing of each other, and leave no file."""
    line.run("chat", typed=f"{SMALL_OFFER}\n")
    assert "Belum ada pilihan" in line.run("chat", typed="1\n").out
    assert list(tmp_path.iterdir()) == []


def test_lines_of_any_kind(line: CommandLine) -> None:
    """Blank lines, bytes of another alphabet and a very long line: each has its answer."""
    ran = line.run("chat", typed=b"\n\xff\xfe apa\n" + b"kabar baik " * 4_000 + b"\n/privasi\n")
    assert ran.code == 0
    assert ran.out.index("Pesannya kosong") < ran.out.index("Saya CekDulu") < ran.out.index("🔒")
    assert "ERROR" not in ran.err


@pytest.mark.parametrize("command", [["chat"], ["check", "--jsonl"]], ids=" ".join)
def test_standard_input_is_closed(tmp_path: Path, knowledge: Path, command: list[str]) -> None:
    """Nothing to read is the end, not an accident."""
    shell = ["sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, *command]
    ran = subprocess.run(
        shell, env=environment(knowledge_dir=knowledge), cwd=tmp_path, capture_output=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_a_terminal_that_knows_only_ascii(tmp_path: Path, knowledge: Path) -> None:
    """Emoji and quotes come out all the same."""
    settings = environment(knowledge_dir=knowledge, pythonioencoding="ascii")
    ran = subprocess.run(
        [*COMMAND, "chat"], env=settings, cwd=tmp_path, input=SMALL_OFFER.encode(), capture_output=True, check=True
    )
    assert "⚠️🟡 WASPADA" in ran.stdout.decode("utf-8")


def test_a_reader_that_has_had_enough(tmp_path: Path, knowledge: Path) -> None:
    """``| head -1`` ends the run without a traceback."""
    program = subprocess.Popen(
        [*COMMAND, "check", "--jsonl"], env=environment(knowledge_dir=knowledge), cwd=tmp_path,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert program.stdin is not None
    assert program.stdout is not None
    assert program.stderr is not None
    with program:
        program.stdin.write(b'{"id": 1, "text": "halo"}\n')
        program.stdin.flush()
        assert program.stdout.readline().startswith(b'{"id": 1')
        program.stdout.close()
        program.stdin.write(b'{"id": 2, "text": "halo"}\n')
        program.stdin.close()
        assert program.stderr.read() == b""
    assert program.returncode == 1
