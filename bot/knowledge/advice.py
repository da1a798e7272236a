"""Turns what Pydantic refuses into KnowledgeProblems: Indonesian, at the right line, with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.knowledge.fields import PATTERN_MEANINGS
from bot.knowledge.problems import KnowledgeProblem, dotted, listed, meant
from bot.knowledge.yaml_nodes import Document, Steps

_QUOTED = re.compile(r"'([^']+)'")


def problems_of(error: ValidationError, model: type[BaseModel], document: Document) -> list[KnowledgeProblem]:
    """One problem for each thing `model` refuses in `document`, in Pydantic's order.

    A misspelt key is one problem: that the right key is then missing is not said again.
    """
    errors = error.errors(include_url=False)
    found = [_problem(details, model, document) for details in errors]
    guesses = {(details["loc"][:-1], problem.advice) for details, problem in zip(errors, found, strict=True)}
    return [
        problem
        for details, problem in zip(errors, found, strict=True)
        if details["type"] != "missing" or (details["loc"][:-1], f'Maksud Anda "{details["loc"][-1]}"?') not in guesses
    ]


def _problem(details: ErrorDetails, model: type[BaseModel], document: Document) -> KnowledgeProblem:
    about_key = details["loc"][-1:] == ("[key]",)
    steps = details["loc"][:-1] if about_key else details["loc"]
    on_key = about_key or details["type"] == "extra_forbidden"
    line, column = document.tree.find_key(steps) if on_key else document.tree.find(steps)
    message, advice = _sentences(details, model, steps)
    return KnowledgeProblem(document.path, line, column, dotted(steps) or "berkas", message, advice)


def _sentences(details: ErrorDetails, model: type[BaseModel], steps: Steps) -> tuple[str, str]:
    """What is wrong and what to write instead; the field's own description when nothing better is known."""
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    field = field_at(model, steps)
    description = field.description if field and field.description else ""
    name = str(steps[-1]) if steps else ""
    if kind == "missing":
        return f'"{name}" wajib ada tetapi belum ditulis', f'Tambahkan baris "{name}: …". {description}'
    if kind == "extra_forbidden":
        return _unknown_key(name, model_at(model, steps[:-1]))
    if value is None:
        return "belum diisi", f"Isi atau hapus baris ini. {description}"
    if kind == "literal_error":
        return _unknown_value(str(value), _QUOTED.findall(context["expected"]), description)
    if kind == "string_pattern_mismatch":
        return f'"{_short(value)}" tidak cocok', PATTERN_MEANINGS[context["pattern"]]
    wording = _WORDINGS.get(kind)
    if wording:
        return wording(value, context), description
    if kind in ("list_type", "dict_type", "model_type"):
        return _wrong_shape(kind, model_at(model, steps), description)
    return f'"{_short(value)}" tidak cocok', description or "Bandingkan dengan berkas lain yang bekerja."


def _unknown_key(name: str, owner: type[BaseModel] | None) -> tuple[str, str]:
    names = list(owner.model_fields) if owner else []
    advice = meant(name, names) or f"Yang ada: {listed(names, most=25)}."
    return f'kunci "{name}" tidak dikenal', advice


def _unknown_value(value: str, choices: Sequence[str], description: str) -> tuple[str, str]:
    advice = f"{meant(value, choices)} Pilihannya: {listed(choices, most=25)}. {description}"
    return f'"{_short(value)}" bukan pilihan yang ada', advice.strip()


def _wrong_shape(kind: str, owner: type[BaseModel] | None, description: str) -> tuple[str, str]:
    if kind == "list_type":
        return "harus berupa daftar", f'Tulis tiap isi di baris sendiri yang diawali "- ". {description}'
    names = [name for name, field in owner.model_fields.items() if field.is_required()] if owner else []
    keys = listed(f"{name}: …" for name in names) if names else "kunci: nilai"
    return "harus berupa kelompok kunci: nilai", f"Tulis di bawahnya {keys}. {description}".strip()


def _not_text(value: Any, context: dict[str, Any]) -> str:
    shape = "kelompok kunci: nilai" if isinstance(value, dict) else "daftar"
    sign = "{" if isinstance(value, dict) else "["
    return f"harus satu teks, bukan {shape}; teks yang diawali {sign} perlu diapit tanda kutip"


_WORDINGS: dict[str, Callable[[Any, dict[str, Any]], str]] = {
    "string_type": _not_text,
    "iso_date": lambda value, context: f'"{_short(value)}" bukan tanggal yang ada; tulis tahun-bulan-hari, 2026-11-24',
    "string_too_short": lambda value, context: (
        f"terlalu pendek ({len(value.strip())} huruf, paling sedikit {context['min_length']})"
    ),
    "string_too_long": lambda value, context: (
        f"terlalu panjang ({len(value.strip())} huruf, paling banyak {context['max_length']})"
    ),
    "too_short": lambda value, context: f"baru {len(value)}, paling sedikit {context['min_length']}",
    "too_long": lambda value, context: f"ada {len(value)}, paling banyak {context['max_length']}",
    "int_parsing": lambda value, context: f'"{_short(value)}" bukan angka bulat; tulis angka saja',
    "int_type": lambda value, context: "harus satu angka bulat",
    "int_parsing_size": lambda value, context: "angka ini terlalu besar",
    "float_parsing": lambda value, context: f'"{_short(value)}" bukan angka; tulis misalnya 3900 atau 0.25',
    "float_type": lambda value, context: "harus satu angka",
    "finite_number": lambda value, context: f'"{_short(value)}" bukan angka biasa; tulis misalnya 3900 atau 0.25',
    "bool_parsing": lambda value, context: f'"{_short(value)}" bukan true atau false',
    "bool_type": lambda value, context: "harus true atau false",
    "greater_than": lambda value, context: f"{_short(value)} terlalu kecil; harus lebih dari {context['gt']:g}",
    "greater_than_equal": lambda value, context: f"{_short(value)} terlalu kecil; paling sedikit {context['ge']}",
    "less_than_equal": lambda value, context: f"{_short(value)} terlalu besar; paling banyak {context['le']}",
}
"""What is wrong, by Pydantic's error type, from the refused value and Pydantic's context."""


def field_at(model: type[BaseModel], steps: Steps) -> FieldInfo | None:
    """The field whose description fits the value at `steps`: the last one named on the way; None at the top."""
    found: FieldInfo | None = None
    shape: Any = model
    for step in steps:
        if owner := _model_in(shape):
            found = owner.model_fields.get(str(step))
            shape = found.annotation if found else None
        else:
            shape = _inner(shape)
    return found


def model_at(model: type[BaseModel], steps: Steps) -> type[BaseModel] | None:
    """The model that the value at `steps` must be; None when it is text, a number or a list."""
    shape: Any = model
    for step in steps:
        owner = _model_in(shape)
        field = owner.model_fields.get(str(step)) if owner else None
        shape = field.annotation if field else None if owner else _inner(shape)
    return _model_in(shape)


def _model_in(shape: Any) -> type[BaseModel] | None:
    """The model in `Model`, `Model | None` or `Annotated[Model, …]`."""
    if isinstance(shape, type) and not get_args(shape) and issubclass(shape, BaseModel):
        return shape
    if _is_container(shape):
        return None
    return next((model for inner in get_args(shape) if (model := _model_in(inner))), None)


def _inner(shape: Any) -> Any:
    """What a list or dict holds, also inside Annotated or beside None."""
    if _is_container(shape):
        return get_args(shape)[-1]
    return next((inner for part in get_args(shape) if (inner := _inner(part)) is not None), None)


def _is_container(shape: Any) -> bool:
    return getattr(shape, "__origin__", None) in (list, dict)


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"
