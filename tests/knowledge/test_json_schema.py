"""JSON Schemas: current on disk, valid, Indonesian, and in agreement with the loader."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.knowledge import packaged_folder
from bot.knowledge.json_schema import schema_text, schemas, write_schemas
from bot.knowledge.layout import FILE_TYPES, type_of
from tests.knowledge.minimal import changed, minimal_files

FLAG = "red_flags/koper_titipan.yaml"


def as_editors_read(text: str) -> Any:
    """YAML 1.2 as editors read it: numbers are numbers, true and false are booleans, dates and "no" are text."""
    loader = type("Loader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": {}})
    for tag, pattern, first in (
        ("tag:yaml.org,2002:bool", r"^(true|false)$", "tf"),
        ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", "-+0123456789"),
        ("tag:yaml.org,2002:float", r"^[-+]?[0-9]+\.[0-9]+$", "-+0123456789"),
        ("tag:yaml.org,2002:null", r"^(~|null|)$", ["~", "n", ""]),
    ):
        loader.add_implicit_resolver(tag, re.compile(pattern), first)  # type: ignore[attr-defined]
    loader.add_constructor("tag:yaml.org,2002:int", lambda self, node: int(node.value))  # type: ignore[attr-defined]
    return yaml.load(text, loader)


def errors(path: str, text: str) -> list[str]:
    kind = type_of(path)
    assert kind is not None
    return [error.message for error in Draft7Validator(schemas()[kind.name]).iter_errors(as_editors_read(text))]


@pytest.mark.parametrize("kind", [pytest.param(kind.name, id=kind.name) for kind in FILE_TYPES])
def test_schema_on_disk_is_current(kind: str) -> None:
    """`python -m bot schema` has been run since the models changed."""
    path = packaged_folder() / "schema" / f"{kind}.json"
    assert path.read_text(encoding="utf-8") == schema_text(schemas()[kind])


@pytest.mark.parametrize("kind", [pytest.param(kind.name, id=kind.name) for kind in FILE_TYPES])
def test_schema_is_valid_and_describes_in_indonesian(kind: str) -> None:
    """Editors can load it; no generated English titles or docstrings remain."""
    schema = schemas()[kind]
    Draft7Validator.check_schema(schema)
    assert "description" not in schema
    for definition in schema.get("$defs", {}).values():
        assert not {"title", "description"} & definition.keys()
        assert all("title" not in field for field in definition["properties"].values())
    assert all("description" in field for field in schema["properties"].values())


@pytest.mark.parametrize("path", minimal_files())
def test_what_loads_is_clean_in_editors(path: str) -> None:
    """No red line under a file that the loader accepts."""
    assert errors(path, minimal_files()[path]) == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (FLAG, "severity: high", "severity: hihg"),
        (FLAG, "severity: high", "severty: high"),
        (FLAG, "[Tolak membawa barang milik orang lain.]", "[]"),
        (FLAG, "  titipan: [", "  Titipan: ["),
        (FLAG, "url: https://lembaga", "url: lembaga"),
        ("kinds/menawarkan_kerja.yaml", "weight: 40", "weight: 101"),
        ("kinds/menawarkan_kerja.yaml", "weight: 40", "weight: banyak"),
        ("policy.yaml", "  low: {points", "  lows: {points"),
        ("replies/en.yaml", "salam:", "Salam:"),
    ],
)
def test_what_does_not_load_is_marked_in_editors(path: str, old: str, new: str) -> None:
    """Slips inside a file are seen while typing."""
    assert errors(path, changed(path, old, new)[path])


def test_write_schemas(tmp_path: Path) -> None:
    """One file for each type, in a folder made on the way."""
    paths = write_schemas(tmp_path / "a" / "schema")
    assert [path.stem for path in paths] == [kind.name for kind in FILE_TYPES]
    assert json.loads(paths[0].read_text(encoding="utf-8")) == schemas()["red_flag"]
