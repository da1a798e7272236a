"""Commands: ``python -m bot`` serves; every command explains itself with ``--help``."""

from __future__ import annotations

import asyncio
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress, track

from bot import __version__, commands_cases, commands_officers, commands_proposals, commands_rules, commands_storage
from bot.failures import Failure, leaves
from bot.knowledge import packaged_folder
from bot.knowledge.problems import KnowledgeError, KnowledgeProblem
from bot.logs import configure_logs
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.checking.compiled import Compiled

PROBLEMS = 1
"""Exit code when something is wrong with the knowledge; 0 is clean, 2 is wrong use."""

app = typer.Typer(
    help="CekDulu: cek dulu sebelum berangkat. Memeriksa tawaran kerja luar negeri.",
    no_args_is_help=False, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
# emoji=False, or "berkas.yaml:100:5" would be shown as "berkas.yaml💯5".
out = Console(soft_wrap=True, highlight=False, emoji=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)

Folder = Annotated[Path | None, typer.Option("--knowledge", help="Folder pengetahuan; kosong: yang dibawa bot.")]


@app.callback(invoke_without_command=True)
def main_command(
    context: typer.Context, version: Annotated[bool, typer.Option("--version", help="Tampilkan versi.")] = False
) -> None:
    """Tanpa perintah: serve."""
    if version:
        out.print(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        serve()


def _settings(chats: bool = False) -> Settings:
    settings = read_settings()
    # Who chats at this terminal wants to read the answers, not what is noted of each step; unless they asked for it.
    quiet = (chats or settings.telegram_token is None) and "log_level" not in settings.model_fields_set
    configure_logs("warning" if quiet else settings.log_level, settings.log_format)
    return settings


@app.command()
def serve() -> None:
    """Jalankan bot: Telegram bila TELEGRAM_TOKEN diisi, selain itu obrolan di terminal ini."""
    settings = _settings()
    if settings.telegram_token is None:
        err.print("TELEGRAM_TOKEN belum diisi, jadi ini obrolan di terminal. Ctrl+D untuk selesai.")
        _chat(settings)
        return
    from uvicorn.loops.auto import auto_loop_factory

    from bot.serving import serve_telegram

    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # uvloop where it is installed
        runner.run(serve_telegram(settings))


@app.command()
def chat() -> None:
    """Obrolan di terminal; tombol diketik sebagai nomor. Tidak ada yang disimpan sesudahnya."""
    _chat(_settings(chats=True))


def _chat(settings: Settings) -> None:
    from bot.app import chat as run

    asyncio.run(run(settings, out))


@app.command()
def check(
    text: Annotated[str | None, typer.Argument(help="Pesan yang diperiksa.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Seluruh penilaian sebagai JSON.")] = False,
    as_jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Baca baris {"id","text"} dari masukan, tulis satu baris hasil tiap baris.')
    ] = False,
    knowledge: Folder = None,
) -> None:
    """Periksa satu pesan, atau banyak pesan dari masukan standar."""
    from bot.checking.report import check_lines, whole_assessment

    if (text is None) != as_jsonl:
        raise typer.BadParameter('Beri satu pesan: check "…", atau --jsonl dengan masukan standar.')
    compiled = _compiled(knowledge, examples=False)
    if text is None:
        for line in check_lines(sys.stdin.buffer if sys.stdin else (), compiled):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        return
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")  # the shell hands over any bytes
    if as_json:
        sys.stdout.write(whole_assessment(text, compiled) + "\n")
    else:
        _print_answer(text, compiled)


def _print_answer(text: str, compiled: Compiled) -> None:
    from datetime import UTC, datetime

    from bot.channels.terminal import Terminal
    from bot.conversation.dialogue import answer
    from bot.conversation.memory import Memory
    from bot.messages import Incoming

    incoming = Incoming(id="check", kind="text", text=text)
    for reply in answer(incoming, Memory(), compiled, datetime.now(UTC).date()).replies:
        asyncio.run(Terminal(out).deliver("", reply))


def _compiled(folder: Path | None, *, examples: bool = True) -> Compiled:
    from bot.checking.compiled import compile_knowledge
    from bot.knowledge.loading import load_knowledge

    return compile_knowledge(
        load_knowledge(folder or read_settings().knowledge_dir or packaged_folder(), examples=examples)
    )


@app.command("check-knowledge")
def check_knowledge(
    knowledge: Folder = None,
    only: Annotated[
        str | None, typer.Option("--only", help="Hanya aturan atau berkas yang namanya memuat kata ini.")
    ] = None,
) -> None:
    """Periksa seluruh pengetahuan dan jalankan setiap contohnya."""
    from bot.checking.proof import cases, prove, repeated_messages
    from bot.training import stale_sentences, stale_weights

    compiled = _compiled(knowledge)
    wanted = [case for case in cases(compiled) if only is None or only in case.name]
    if only is not None and not wanted:
        raise typer.BadParameter(f'Tidak ada contoh yang namanya memuat "{only}".')
    shown = track(wanted, "Memeriksa contoh", console=err, transient=True, disable=not err.is_terminal)
    problems = [problem for case in shown if (problem := prove(case, compiled)) is not None]
    problems += repeated_messages(compiled)
    if only is None and (stale := stale_weights(compiled) or stale_sentences(compiled)) is not None:
        problems.append(stale)
    _print_problems(problems)
    rules = len(compiled.rules)
    out.print(f"{rules} aturan, {len(wanted)} contoh, {len(problems)} masalah. Revisi {compiled.knowledge.revision}.")
    if problems:
        raise typer.Exit(PROBLEMS)


def _print_problems(problems: list[KnowledgeProblem]) -> None:
    for problem in sorted(problems, key=str):
        err.print(str(problem), markup=False)


@app.command("new-flag")
def new_flag(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Nama aturan: huruf kecil dan garis bawah.")],
    knowledge: Folder = None,
) -> None:
    """Tulis kerangka tanda bahaya baru yang menjelaskan dirinya sendiri."""
    from bot.knowledge.skeleton import write_new_flag

    path = write_new_flag(knowledge or read_settings().knowledge_dir or packaged_folder(), identifier)
    out.print(f"Ditulis: {path}. Isi, lalu jalankan: python -m bot check-knowledge --only {identifier}", markup=False)


@app.command()
def schema(
    folder: Annotated[Path | None, typer.Argument(help="Folder tujuan; kosong: knowledge/schema.")] = None,
) -> None:
    """Tulis JSON Schema untuk editor, dari model yang sama dengan pemeriksa."""
    from bot.knowledge.json_schema import write_schemas

    for path in write_schemas(folder or packaged_folder() / "schema"):
        out.print(str(path), markup=False)


@app.command()
def settings() -> None:
    """Jelaskan setiap variabel lingkungan; rahasia tidak pernah ditampilkan."""
    from bot.settings import explain_settings

    for name, state, description in explain_settings(read_settings()):
        out.print(f"{name} = {state}\n    {description}", markup=False)


@app.command()
def migrate() -> None:
    """Bawa tabel database ke bentuk terbaru."""
    from bot.storage import migrate as run

    out.print(f"Database siap, revisi {asyncio.run(run(read_settings().database_url))}.")


@app.command()
def reseal() -> None:
    """Kunci ulang isi tersimpan dengan kunci pertama ENCRYPTION_KEYS; boleh selagi bot berjalan."""
    from bot.app import reseal as run

    done = asyncio.run(run(_settings()))
    out.print(f"{done.renewed} baris dikunci ulang, {done.unreadable} tidak terbaca karena kuncinya tidak ada.")
    if done.unreadable:
        raise typer.Exit(PROBLEMS)


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help='JSONL: {"id","text","kind","level","flags"} per baris.')],
    report: Annotated[
        Path | None, typer.Option(help="Folder untuk report.md, confusion.svg dan reliability.svg.")
    ] = None,
    mutated: Annotated[bool, typer.Option("--mutate", help="Ulangi pada teks yang diubah-ubah.")] = False,
    knowledge: Folder = None,
) -> None:
    """Bandingkan pemeriksaan dengan label petugas: angka, matriks, setiap kesalahan."""
    from bot.checking.mutations import MUTATIONS
    from bot.quality.evaluation import figures, judge
    from bot.quality.labelled import read_labelled
    from bot.quality.report import evaluate_mutated, evaluation_report, mutation_report, write_report

    compiled = _compiled(knowledge)
    labels = read_labelled(file, compiled.knowledge)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("Memeriksa", total=1 + len(MUTATIONS) * mutated)
        judged = judge(labels, compiled)
        progress.advance(task)
        text = evaluation_report(file.name, judged, compiled)
        if mutated:
            again = evaluate_mutated(labels, judged, compiled, lambda: progress.advance(task))
            text += "\n".join(["", *mutation_report(figures(judged, compiled), again), ""])
    out.print(text, markup=False)
    for path in write_report(report, file.name, text, judged) if report else ():
        err.print(str(path), markup=False)


@app.command()
def quality(
    compare: Annotated[bool, typer.Option("--check", help="Hanya bandingkan dengan yang tertulis.")] = False,
    knowledge: Folder = None,
) -> None:
    """Tulis knowledge/QUALITY.md, atau periksa bahwa angkanya tidak memburuk."""
    from bot.checking.compiled import with_sentences
    from bot.checking.sentences import embedding_model
    from bot.quality.page import quality_page, test_set_figures, worse_than_written

    folder = knowledge or read_settings().knowledge_dir or packaged_folder()
    compiled = _compiled(folder)
    page = folder / "QUALITY.md"
    if not compare:
        page.write_text(quality_page(compiled, with_sentences(compiled, embedding_model())), "utf-8")
        out.print(f"Ditulis: {page}", markup=False)
        return
    problems = worse_than_written(page.read_text("utf-8"), test_set_figures(compiled)[1])
    for problem in problems:
        err.print(problem, markup=False)
    out.print(f"{len(problems)} angka memburuk.")
    if problems:
        raise typer.Exit(PROBLEMS)


@app.command()
def train(
    knowledge: Folder = None,
    sentences: Annotated[bool, typer.Option("--sentences", help="Latih pembaca kalimat, kira-kira sepuluh menit.")] = False,
) -> None:
    """Latih pembaca contoh dari pesan di examples/ dan tulis bobotnya ke folder pengetahuan."""
    from bot.checking.sentences import embedding_model
    from bot.knowledge.layout import TRAINED, TRAINED_SENTENCES
    from bot.knowledge.loading import load_knowledge
    from bot.training.sentences import train_sentences
    from bot.training.training import train as run

    folder = knowledge or read_settings().knowledge_dir or packaged_folder()
    loaded = load_knowledge(folder)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("Melatih", total=1.0)

        def show(part: float) -> None:
            progress.update(task, completed=part)

        if not sentences:
            weights = run(loaded, show)
        elif (embed := embedding_model(cores := os.cpu_count() or 1)) is not None:
            weights = train_sentences(loaded, embed, show, cores)
        else:
            raise typer.BadParameter("Pasang dulu: pip install -e '.[sentences]'", param_hint="--sentences")
    path = folder / (TRAINED_SENTENCES if sentences else TRAINED)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(weights)
    out.print(f"Ditulis: {path}, {len(weights):,} bita.", markup=False)


@app.command()
def bench(
    phrases: Annotated[int, typer.Option(help="Banyaknya frasa buatan.", min=100)] = 10_000,
    messages: Annotated[int, typer.Option(help="Banyaknya pesan buatan.", min=20)] = 400,
    corpus: Annotated[Path | None, typer.Option(help='Berkas JSONL {"text"}; kosong: pesan contoh.')] = None,
) -> None:
    """Ukur kecepatan dan ketepatan terhadap mesin sederhana, dalam satu kali jalan."""
    from bot.bench.report import run_bench

    run_bench(_compiled(None), out, phrases, messages, corpus)


app.add_typer(commands_storage.app, name="dead-letters")
app.add_typer(commands_officers.app, name="officers")
commands_rules.app.command()(commands_proposals.propose)
app.add_typer(commands_rules.app, name="rules")
app.add_typer(commands_cases.app, name="cases")
app.command()(commands_storage.backup)
app.command()(commands_storage.restore)


def main() -> None:
    """Run a command; every expected failure is one sentence on standard error and an exit code."""
    _speak_utf8()
    try:
        app(standalone_mode=True)
    except (KnowledgeError, Failure) as error:
        sys.exit(_told(error))
    except BaseExceptionGroup as group:  # from tasks that ran side by side
        expected, others = group.split((KnowledgeError, Failure))
        if expected is None or others is not None:
            raise
        sys.exit(max(map(_told, leaves(expected))))


def _told(error: BaseException) -> int:
    """The exit code, once the failure has been told."""
    if isinstance(error, KnowledgeError):
        _print_problems(list(error.problems))
        err.print(f"{len(error.problems)} masalah; pengetahuan tidak dipakai.")
        return PROBLEMS
    err.print(str(error), markup=False)
    return error.exit_code if isinstance(error, Failure) else PROBLEMS


def _speak_utf8() -> None:
    """Any text can be read and written, whatever the terminal's own encoding is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    main()
