"""Filing (pure): a file that somebody sends → where it belongs among the knowledge, and what is wrong with it by itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from pydantic import ValidationError

from bot.knowledge.advice import problems_of
from bot.knowledge.layout import type_of
from bot.knowledge.problems import KnowledgeError
from bot.knowledge.yaml_nodes import LARGEST_FILE, Content, read_document
from bot.officers.plain_words import problem_lines

LARGEST = LARGEST_FILE
"""Bytes of a file that is looked at."""

_SHOWN_BY = (
    ("red_flags", {"severity", "part", "advice"}), ("markers", {"strength", "check"}), ("kinds", {"kind", "weight"}),
    ("contacts", {"channels", "serves", "short_name"}), ("pathways", {"asks", "topic", "answer"}),
    ("examples", {"messages", "ordinary"}),
)  # fmt: skip
"""Folders with the keys by which a file of theirs is known, when it has at least two (one of examples)."""


class NotFiled(ValueError):
    """A file that cannot be taken; the message is whole sentences for the officer."""


def read_sent(content: bytes) -> str:
    """The text of a file as sent; raises NotFiled."""
    if len(content) > LARGEST:
        raise NotFiled(too_large(len(content)))
    try:
        return content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise NotFiled("Berkas ini bukan teks UTF-8. Simpan ulang sebagai UTF-8, lalu kirim lagi.") from None


def too_large(size: int) -> str:
    """The sentence for a file of that many bytes."""
    megabytes = f"{size / 1_000_000:.1f}".replace(".", ",")
    return f"Berkas ini {megabytes} MB; paling besar 1 MB. Bagi menjadi beberapa berkas. Tidak ada yang diubah."


def filed(name: str, text: str, live: Mapping[str, str]) -> str:
    """Path inside the knowledge folder: of the live file of that name, else by what the file holds.

    Raises NotFiled with every problem that the file has by itself, `baris 12, phrases: …`.
    """
    if not name.lower().endswith((".yaml", ".yml")):
        raise NotFiled("Kirim berkas aturan dengan nama yang berakhir .yaml, misalnya kartu_sim.yaml.")
    name = f"{PurePosixPath(name).stem}.yaml"
    try:
        content = read_document(name, text).content
    except KnowledgeError as error:
        raise NotFiled(_listed(error, name)) from None
    same = [path for path in live if path.rpartition("/")[2] == name]
    path = same[0] if len(same) == 1 else _by_content(name, content)
    if not path or (kind := type_of(path)) is None:
        raise NotFiled(f"{name} tidak dikenal sebagai berkas pengetahuan. Beri nama yang sama dengan berkas yang diubah.")
    try:
        kind.model.model_validate(content)
    except ValidationError as error:
        document = read_document(path, text)
        raise NotFiled(_listed(KnowledgeError(problems_of(error, kind.model, document)), path)) from None
    if path.count("/") == 1 and "id" in content and content["id"] != PurePosixPath(path).stem:
        raise NotFiled(f"id di dalam berkas ({content['id']}) tidak sama dengan nama berkas ({name}). Samakan keduanya.")
    return path


def _by_content(name: str, content: Mapping[str, Content]) -> str:
    for folder, keys in _SHOWN_BY:
        if len(keys & content.keys()) >= (1 if folder == "examples" else 2):
            return f"{folder}/{name}"
    return ""


def _listed(error: KnowledgeError, path: str) -> str:
    return "\n".join(["Berkas ini belum bisa dipakai; tidak ada yang diubah.", *problem_lines(error.problems, path)])
