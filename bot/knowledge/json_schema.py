"""JSON Schema for editors, one per type of knowledge file, made from the same models that load them.

We read every scalar as text, an editor reads YAML 1.2: what it sees as a number may be our text (`dialled: 110`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from bot.knowledge.layout import FILE_TYPES, FileType

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The newest dialect that the YAML language server of common editors follows wholly."""

Schema = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """JSON Schema by file type ("red_flag", "marker", …), ready to be written."""
    return {kind.name: _schema(kind) for kind in FILE_TYPES}


def write_schemas(folder: Path) -> list[Path]:
    """Writes <type>.json for each type into `folder` and returns the paths; makes the folder if needed."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        path = folder / f"{name}.json"
        path.write_text(schema_text(schema), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def schema_text(schema: Schema) -> str:
    """The text of a schema file, always the same for the same schema."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _schema(kind: FileType) -> Schema:
    made = kind.model.model_json_schema()
    definitions = {name: _for_editors(definition) for name, definition in made.pop("$defs", {}).items()}
    schema = {"$schema": DIALECT, "title": kind.title, **_for_editors(made)}
    return {**schema, "$defs": definitions} if definitions else schema


def _for_editors(schema: Schema) -> Schema:
    """`schema` of an object without generated titles and English docstrings, and with what an editor sees."""
    kept = {key: value for key, value in schema.items() if key not in ("title", "description")}
    if "properties" in kept:
        kept["properties"] = {name: _field(field) for name, field in kept["properties"].items()}
    return kept


def _field(schema: Schema) -> Schema:
    """`schema` of one field; its own description stays, as it is written for officers."""
    kept: Schema = {key: _nested(value) for key, value in schema.items() if key != "title"}
    if kept.get("type") == "string" and _may_be_number(kept):
        kept["type"] = ["string", "number"]
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    return kept


def _nested(value: Any) -> Any:
    if isinstance(value, dict):
        return _field(value) if "type" in value or "anyOf" in value else {k: _nested(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_nested(part) for part in value]
    return value


def _may_be_number(schema: Schema) -> bool:
    """True for text that may be all digits: no closed list, no date, no pattern that wants letters."""
    pattern = schema.get("pattern")
    return not ({"enum", "const", "format"} & schema.keys()) and (pattern is None or bool(re.search(pattern, "110")))
