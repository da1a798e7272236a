"""Report: runs every measurement in one go and prints ratios beside times."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.bench.engines import Engine, exact_engine, naive_engine, our_engine
from bot.bench.synthetic import DAMAGES, Planted, make_messages, make_phrases, make_words
from bot.checking import Compiled, check
from bot.checking.compiled import with_sentences
from bot.checking.sentences import embedding_model

SEED = 20261124
NAIVE_MESSAGES = 40
"""Messages the naive engine is timed on; it needs tens of milliseconds for each."""
LENGTHS = (1_000, 2_000, 5_000, 10_000, 20_000)


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine on one set of messages."""

    seconds: float
    """Per message."""
    recall: float
    """Share of planted phrases found, 0–1."""
    extra: float
    """Phrases found per message that were not planted."""


def run_bench(compiled: Compiled, out: Console, phrases: int, messages: int, corpus: Path | None) -> None:
    """Print the tables: engines, growth, whole check, length, hostile input, start and memory.

    With the extra ``sentences`` the whole check and the start are measured with the sentence reader too.
    """
    with_second = with_sentences(compiled, embedding_model())
    with Progress(console=out, transient=True) as progress:
        task = progress.add_task("Mengukur", total=6)

        def step(work: Callable[[], Table]) -> Table:
            table = work()
            progress.advance(task)
            return table

        tables = [
            step(lambda: engines_table(phrases, messages)),
            step(lambda: growth_table(phrases, messages)),
            step(lambda: check_table(compiled, with_second, _texts(compiled, corpus))),
            step(lambda: length_table(compiled)),
            step(lambda: hostile_table(compiled)),
            step(lambda: start_table(with_second)),
        ]
    for table in tables:
        out.print(table)


def measure(engine: Engine, messages: Sequence[Planted], phrases: int) -> Measured:
    """Time and recall of an engine; every message is read once before, so that common words are known."""
    for message in messages:
        engine(message.text)
    started = time.perf_counter()
    found = [engine(message.text) for message in messages]
    seconds = (time.perf_counter() - started) / len(messages)
    planted = [{number for number, _ in message.phrases} for message in messages]
    hits = sum(len(wanted & seen) for wanted, seen in zip(planted, found, strict=True))
    total = sum(map(len, planted))
    return Measured(seconds, hits / total, (sum(map(len, found)) - hits) / len(messages))


def _planted(phrases: int, messages: int) -> tuple[list[str], list[Planted]]:
    random_ = random.Random(SEED)
    words = make_words(random_, 400)
    filler = make_words(random_, 3_000)
    made = make_phrases(random_, words, phrases)
    return made, make_messages(random_, filler, made, messages)


def engines_table(phrases: int, messages: int) -> Table:
    """Ours against naive ``partial_ratio`` and against exact Aho-Corasick, on the same phrases and messages."""
    made, planted = _planted(phrases, messages)
    ours = measure(our_engine(made), planted, phrases)
    naive = measure(naive_engine(made), planted[:NAIVE_MESSAGES], phrases)
    ours_same = measure(our_engine(made), planted[:NAIVE_MESSAGES], phrases)
    exact = measure(exact_engine(made), planted, phrases)
    table = Table(title=f"{phrases} frasa, {messages} pesan buatan (naif: {NAIVE_MESSAGES})")
    for heading in ("mesin", "µs/pesan", "× dibanding naif", "recall", "recall pada pesan naif", "temuan lain/pesan"):
        table.add_column(heading, justify="right")
    for name, result, same in (("CekDulu", ours, ours_same.recall), ("partial_ratio", naive, naive.recall),
                               ("Aho-Corasick", exact, None)):  # fmt: skip
        table.add_row(name, f"{result.seconds * 1e6:.0f}", f"{naive.seconds / result.seconds:.0f}", f"{result.recall:.3f}",
                      "–" if same is None else f"{same:.3f}", f"{result.extra:.2f}")  # fmt: skip
    damages = recall_by_damage(our_engine(made), planted)
    table.caption = "recall CekDulu: " + " · ".join(f"{name} {share:.2f}" for name, share in damages.items())
    return table


def recall_by_damage(engine: Engine, messages: Sequence[Planted]) -> dict[str, float]:
    """Share of planted phrases found, by the way in which they were damaged."""
    counts = {damage: [0, 0] for damage in DAMAGES}
    for message in messages:
        found = engine(message.text)
        for number, damage in message.phrases:
            counts[damage][0] += number in found
            counts[damage][1] += 1
    return {damage: hit / total if total else 1.0 for damage, (hit, total) in counts.items()}


def growth_table(phrases: int, messages: int) -> Table:
    """How cost grows with the number of phrases."""
    table = Table(title="Pertumbuhan biaya dengan banyaknya frasa")
    for heading in ("frasa", "µs/pesan", "× dibanding baris pertama"):
        table.add_column(heading, justify="right")
    first = 0.0
    for count in (phrases // 10, phrases):
        made, planted = _planted(count, messages)
        seconds = min(measure(our_engine(made), planted, count).seconds for _ in range(3))
        first = first or seconds
        table.add_row(str(count), f"{seconds * 1e6:.0f}", f"{seconds / first:.2f}")
    return table


def _texts(compiled: Compiled, corpus: Path | None) -> list[str]:
    if corpus is not None:
        return [json.loads(line)["text"] for line in corpus.read_text("utf-8").splitlines() if line.strip()]
    return [message.text for _, file in compiled.knowledge.examples for message in file.messages]


def check_table(compiled: Compiled, with_second: Compiled, texts: Sequence[str]) -> Table:
    """A whole check (steps 3 and 4) on real messages: first sight, again, and with the sentence reader if it is there."""
    table = Table(title=f"Pemeriksaan utuh, {len(texts)} pesan")
    for heading in ("", "rata-rata ms", "p50 ms", "p99 ms", "paling lama ms", "pesan/s"):
        table.add_column(heading, justify="right")
    rows = [("pertama kali", compiled), ("lagi", compiled)]
    for name, used in [*rows, ("dengan pembaca kalimat", with_second)] if with_second.sentences else rows:
        times = sorted(_time(text, used) for text in texts)
        counted = (sum(times) / len(times), times[len(times) // 2], times[int(len(times) * 0.99)], times[-1])
        table.add_row(name, *(f"{seconds * 1e3:.2f}" for seconds in counted), f"{len(times) / sum(times):.0f}")
    return table


def _time(text: str, compiled: Compiled) -> float:
    started = time.perf_counter()
    check(text, compiled)
    return time.perf_counter() - started


def length_table(compiled: Compiled) -> Table:
    """Time against length: a linear reader keeps µs per character level."""
    texts = _texts(compiled, None)
    base = "\n".join(texts) or "halo "
    table = Table(title="Waktu terhadap panjang pesan")
    for heading in ("huruf", "ms", "µs/huruf"):
        table.add_column(heading, justify="right")
    for length in LENGTHS:
        text = (base * (length // len(base) + 1))[:length]
        seconds = min(_time(text, compiled) for _ in range(3))
        table.add_row(str(length), f"{seconds * 1e3:.1f}", f"{seconds / length * 1e6:.2f}")
    return table


HOSTILE = {
    "1 MB spasi": " " * 1_000_000,
    "1 MB huruf": "a" * 1_000_000,
    "1 MB angka": "1" * 1_000_000,
    "1 MB 'paspor '": "paspor " * 150_000,
    "1 MB 'gaji 5 juta '": "gaji 5 juta " * 85_000,
    "1 MB nomor": "+62 812-3456-7890 " * 57_000,
    "1 MB tautan": "https://t.me/x " * 70_000,
    "1 MB titik": "." * 1_000_000,
    "1 MB huruf terpisah": "p a s p o r " * 85_000,
    "1 MB tanda baca": "(([[{{$$@@" * 100_000,
    "1 MB emoji": "🇰🇭💰" * 300_000,
    "1 MB zalgo": "a\u0336\u0301" * 330_000,
}


def hostile_table(compiled: Compiled) -> Table:
    """The slowest of many hostile inputs; longer text is cut with a notice."""
    table = Table(title="Masukan jahat")
    for heading in ("masukan", "ms"):
        table.add_column(heading, justify="right")
    for name, text in HOSTILE.items():
        table.add_row(name, f"{min(_time(text, compiled) for _ in range(2)) * 1e3:.1f}")
    return table


_READY = """
import sys, time
from pathlib import Path
started = time.perf_counter()
import bot.serving
from bot.app import load_compiled, second_reader
from bot.settings import read_settings
settings = read_settings()
compiled = load_compiled(settings)
if len(sys.argv) > 1:
    second_reader(settings).embed("tolong " * 100)
seconds = time.perf_counter() - started
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
wanted = ("RssAnon", "VmRSS", "VmHWM")
size = {name: int(rest.split()[0]) // 1024 for name, _, rest in (line.partition(":") for line in lines) if name in wanted}
print(seconds, *(size.get(name, "–") for name in wanted))
"""


def start_table(with_second: Compiled) -> Table:
    """Seconds from start to ready knowledge with every room imported, and the memory it then takes.

    Own memory is what nobody else uses; resident memory counts also the program files that are mapped and can be dropped.
    """
    table = Table(title="Mulai sampai siap (proses baru)")
    for heading in ("", "detik", "memori sendiri MB", "memori terpakai MB", "paling banyak MB"):
        table.add_column(heading, justify="right")
    for name, asked in [("", ()), ("dengan pembaca kalimat", ("second",))][: 2 if with_second.sentences else 1]:
        command = [sys.executable, "-c", _READY, *asked]
        result = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        seconds, *sizes = result.stdout.split()
        table.add_row(name, f"{float(seconds):.2f}", *sizes)
    return table
