"""Commands as an operator, an officer or another program types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from tests.command_line import CommandLine
from tests.command_line import bare_line as line
from tests.running_bot import SMALL_OFFER, small_knowledge

__all__ = ["line"]

COMMANDS = (
    "serve", "chat", "check", "check-knowledge", "new-flag", "schema", "settings", "migrate", "bench", "dead-letters",
    "backup", "restore", "officers", "rules",
)  # fmt: skip
LINE_KEYS = {"id", "kind", "level", "matches", "markers", "suggestions", "facts", "evidence", "missing", "contacts"}
MATCH_KEYS = {"rule", "severity", "part", "quote", "start", "end"}
SECRET = "rahasia-sekali-" * 3


@pytest.fixture(scope="session")
def shared_knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_knowledge(tmp_path_factory.mktemp("knowledge"))


@pytest.fixture
def small(line: CommandLine, shared_knowledge: Path) -> CommandLine:
    """With the small knowledge, which loads at once."""
    line.set(knowledge_dir=shared_knowledge)
    return line


def test_help_names_every_command(line: CommandLine) -> None:
    """The first thing that people type shows what there is."""
    ran = line.run("--help")
    assert ran.code == 0
    assert [name for name in COMMANDS if f" {name} " not in ran.out] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(line: CommandLine, command: str) -> None:
    """``--help`` says what a command does and does not do it."""
    ran = line.run(command, "--help")
    assert ran.code == 0
    assert f"Usage: python -m bot {command}" in ran.out
    assert len(ran.out.splitlines()) > 5
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["terbang"], id="unknown-command"),
        pytest.param(["check"], id="nothing-to-check"),
        pytest.param(["check", "--jsonl", "teks"], id="text-and-lines"),
        pytest.param(["check", "satu", "dua"], id="two-texts"),
        pytest.param(["check", "--yaml", "teks"], id="unknown-option"),
        pytest.param(["new-flag"], id="no-name"),
        pytest.param(["bench", "--phrases", "banyak"], id="no-number"),
        pytest.param(["check-knowledge", "--only", "tidak_ada_yang_begini"], id="no-such-example"),
    ],
)
def test_wrong_use(small: CommandLine, arguments: list[str]) -> None:
    """Exit code 2, the reason on standard error, nothing on standard output."""
    ran = small.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage" in ran.err


def test_check_prints_the_answer(line: CommandLine) -> None:
    """The knowledge that comes with the bot; the level, the quote, a contact, buttons as numbers."""
    ran = line.run("check", "Kerja di Kamboja gaji 15 juta, paspor dipegang agen, berangkat besok")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("⛔🔴 BAHAYA")
    assert "“paspor dipegang" in ran.out
    assert "  1. Rincian" in ran.out


def test_check_json_shows_everything(small: CommandLine) -> None:
    """The whole assessment, of any text, half characters and bytes of another alphabet included."""
    ran = small.run("check", "--json", f"😀\udcff {SMALL_OFFER}")
    found = json.loads(ran.out)
    assert (ran.code, found["kind"], found["level"]) == (0, "offer", "caution")
    assert LINE_KEYS - {"id"} < found.keys()
    assert found["reasons"][0]["rule"] == "koper_titipan"


LINES: list[tuple[str, dict[str, Any]]] = [
    (json.dumps({"id": "satu", "text": SMALL_OFFER}), {"id": "satu", "kind": "offer", "level": "caution"}),
    ('{"id": 2, "text": "Selamat pagi"}', {"id": 2, "kind": "other", "level": None}),
    ("bukan json", {"id": None, "error": "not a JSON object"}),
    ("[1]", {"id": None, "error": "not a JSON object"}),
    ('{"id": [3], "text": 4}', {"id": [3], "error": '"text" is missing or not a string'}),
    ('{"id": "\\ud83d", "text": "\\ud83d bawa koper tertutup \\ud83d\\ude00"}', {"id": "\ud83d", "kind": "other"}),
    ('{"text": ""}', {"id": None, "kind": "other", "level": None}),
    ('{"id": "akhir", "text": "😀 bawa koper tertutup"}', {"id": "akhir", "kind": "other"}),
]


def test_check_jsonl_keeps_order_and_goes_on(small: CommandLine) -> None:
    """One line for each line, in order; a bad one gives a line with "error", and nothing stops the run."""
    ran = small.run("check", "--jsonl", typed="\n".join(source for source, _ in LINES))
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.code, ran.err) == (0, "")
    assert [{key: line[key] for key in told} for line, (_, told) in zip(found, LINES, strict=True)] == [
        told for _, told in LINES
    ]


def test_check_jsonl_has_the_promised_keys(small: CommandLine) -> None:
    """The exact keys, and offsets in characters of the original: text[start:end] is the quote."""
    found = {}
    for source, found_line in zip((s for s, _ in LINES), small.run(
        "check", "--jsonl", typed="\n".join(source for source, _ in LINES)).out.splitlines(), strict=True):  # fmt: skip
        if "error" not in (told := json.loads(found_line)):
            found[source] = told
    assert len(found) == 5
    assert all(told.keys() == LINE_KEYS for told in found.values())
    assert all(len(told["evidence"]) == 7 for told in found.values())
    matches = [(json.loads(source)["text"], match) for source, told in found.items() for match in told["matches"]]
    assert len(matches) == 3
    assert all(match.keys() == MATCH_KEYS for _, match in matches)
    assert all(text[match["start"] : match["end"]] == match["quote"] for text, match in matches)


def test_check_jsonl_of_bytes_that_are_no_text(small: CommandLine) -> None:
    """A line in another encoding is a bad line like any other."""
    ran = small.run("check", "--jsonl", typed=b'{"id": 1, "text": "caf\xe9"}\n{"id": 2, "text": "ya"}\n')
    bad, good = (json.loads(line) for line in ran.out.splitlines())
    assert bad == {"id": None, "error": "not a JSON object"}
    assert good["id"] == 2


def test_settings_show_no_secret(line: CommandLine) -> None:
    """Every variable with its meaning and whether it is set; never what a secret is."""
    line.set(
        telegram_token=f"1:{SECRET}", person_secret=SECRET, telegram_webhook_secret=SECRET,
        database_url=f"postgresql://bot:{SECRET}@db.example/x", port=8181,
    )  # fmt: skip
    ran = line.run("settings")
    assert ran.code == 0
    assert [name for name in Settings.model_fields if f"{name.upper()} = " not in ran.out] == []
    assert "rahasia-sekali" not in ran.out
    assert "PORT = 8181" in ran.out
    assert "TELEGRAM_TOKEN = diisi" in ran.out
    assert "KNOWLEDGE_DIR = kosong" in ran.out


@pytest.mark.parametrize("command", ["serve", "chat", "settings", "migrate", "check-knowledge"])
def test_broken_settings_are_told_together(line: CommandLine, command: str) -> None:
    """Every wrong variable is named at once, without what stood in it; exit code 2."""
    wrong = {"port": "seribu", "log_level": SECRET, "person_secret": "pendek", "database_url": "oracle://x"}
    line.set(**wrong)
    ran = line.run(command)
    assert ran.code == 2
    assert [name for name in wrong if f"{name.upper()}: " not in ran.err] == []
    assert not any(value in ran.err for value in wrong.values())
    assert "Traceback" not in ran.err


def test_migrate(line: CommandLine, tmp_path: Path) -> None:
    """Makes the tables, for the owner's eyes only; a second time it finds nothing to do."""
    line.set(database_url="sqlite:///baru.db")
    assert [line.run("migrate").code, line.run("migrate").code] == [0, 0]
    assert (tmp_path / "baru.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("command", ["migrate", "serve"])
@pytest.mark.parametrize(
    ("address", "words"),
    [
        pytest.param("sqlite:///tidak/ada/x.db", "cannot be opened", id="no-folder"),
        pytest.param("sqlite:///bukan.db", "not a database", id="no-database"),
        pytest.param("postgresql://bot@host:abc/x", "not understood", id="no-address"),
    ],
)
def test_a_database_that_cannot_be_used(
    small: CommandLine, tmp_path: Path, command: str, address: str, words: str
) -> None:
    """One sentence and exit code 1."""
    (tmp_path / "bukan.db").write_text("Ini bukan database. " * 100)
    small.set(database_url=address, telegram_token="4200:AAuji", person_secret=SECRET)
    ran = small.run(command)
    assert ran.code == 1
    assert words in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_damaged_key(small: CommandLine, tmp_path: Path) -> None:
    """Without its key the bot would meet everybody as a stranger, so it does not start."""
    (tmp_path / "cekdulu.key").write_bytes(b"x")
    small.set(telegram_token="4200:AAuji", production="no")
    ran = small.run("serve")
    assert ran.code == 1
    assert "cekdulu.key" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_what_can_be_no_token(small: CommandLine) -> None:
    """One sentence that does not repeat it, before anything else is done."""
    small.set(telegram_token=f"token: {SECRET}")
    ran = small.run()
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("Token bot ditolak")
    assert len(ran.err.splitlines()) == 1
    assert "rahasia" not in ran.err
    assert list(Path().iterdir()) == []
