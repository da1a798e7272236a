"""YAML edits (pure): a value set or an entry added in a knowledge file, and every other character left as it was.

The parser says where a part stands; what is new is written there. Comments, order, quotes and line breaks stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import yaml

_UNFIT = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

Value = str | Mapping[str, str]
"""An entry of a list: a text, or keys with texts."""


class NoSuchPart(ValueError):
    """The file has no such key or list; names it."""


def quoted(text: str) -> str:
    """The text in double quotes, on one line, as YAML reads it back; what no file may hold becomes a space."""
    lines = [" ".join(_UNFIT.sub(" ", line).split()) for line in text.strip().splitlines()]
    return '"' + "\n".join(lines).strip().replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def with_value(text: str, keys: Sequence[str], value: str) -> str:
    """The file with the value under ``keys`` replaced by ``value``, written as given; raises NoSuchPart."""
    node = _node(text, keys)
    if not isinstance(node, yaml.ScalarNode):
        raise NoSuchPart(".".join(keys))
    line_end = "\n" if node.style in ("|", ">") else ""  # such a text ends where the next key begins
    return text[: node.start_mark.index] + value + line_end + text[node.end_mark.index :]


def with_texts(text: str, keys: Sequence[str], entries: Sequence[str]) -> str:
    """The file with these texts, at least one, instead of the list under ``keys``; raises NoSuchPart."""
    node = _node(text, keys)
    if not isinstance(node, yaml.SequenceNode):
        raise NoSuchPart(".".join(keys))
    start = node.start_mark.index
    if node.flow_style:
        return text[:start] + "[" + ", ".join(map(quoted, entries)) + "]" + text[node.end_mark.index :]
    lines = f"\n{' ' * node.start_mark.column}".join(f"- {quoted(entry)}" for entry in entries)
    end = _end(node)
    return text[:start] + lines + ("\n" if text[end - 1] == "\n" else "") + text[end:]


def with_entry(text: str, keys: Sequence[str], entry: Value) -> str:
    """The file with one more entry at the end of the list under ``keys``; raises NoSuchPart.

    An empty list may stand there, and ``keys`` may end in a list that the group does not have yet.
    """
    try:
        node = _node(text, keys)
    except NoSuchPart:
        return _with_list(text, keys, entry)
    if not isinstance(node, yaml.SequenceNode):
        raise NoSuchPart(".".join(keys))
    if node.flow_style:
        at = node.end_mark.index - 1
        before = text[:at].rstrip()
        comma = "" if before.endswith(("[", ",")) else ","
        space = "" if before.endswith("[") else " "
        return before + comma + space + _flow(entry) + text[at:]
    last = node.value[-1]
    indent = " " * (last.start_mark.column - 2)
    return _after(text, last, _block(entry, indent))


def _with_list(text: str, keys: Sequence[str], entry: Value) -> str:
    """The list as the last key of the group that should have it."""
    parent = _node(text, keys[:-1])
    if not isinstance(parent, yaml.MappingNode) or parent.flow_style or not parent.value:
        raise NoSuchPart(".".join(keys))
    indent = " " * parent.value[0][0].start_mark.column
    return _after(text, parent, f"{indent}{keys[-1]}:\n{_block(entry, indent + '  ')}")


def _after(text: str, node: yaml.Node, lines: str) -> str:
    """The text with lines put in behind the line in which the node ends."""
    end = _end(node)
    if end > 0 and text[end - 1] == "\n":  # a block of text ends where the next key begins
        at = len(text[:end].rstrip()) + 1
    else:
        line_end = text.find("\n", end)
        at = len(text) + 1 if line_end < 0 else line_end + 1
    before = text[:at] if text[:at].endswith("\n") else text[:at] + "\n"
    return before + lines + "\n" + text[at:]


def _end(node: yaml.Node) -> int:
    """Where the last word of a part ends: a block by itself ends only where the next one begins."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _end(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end(node.value[-1])
    end: int = node.end_mark.index
    return end


def _node(text: str, keys: Sequence[str]) -> yaml.Node:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for key in keys:
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        node = next((value for name, value in pairs if name.value == key), None)
        if node is None:
            raise NoSuchPart(".".join(keys))
    if node is None:
        raise NoSuchPart(".".join(keys))
    return node


def _block(entry: Value, indent: str) -> str:
    if isinstance(entry, str):
        return f"{indent}- {quoted(entry)}"
    lines = [f"{key}: {quoted(value)}" for key, value in entry.items()]
    return "\n".join(f"{indent}{'- ' if number == 0 else '  '}{line}" for number, line in enumerate(lines))


def _flow(entry: Value) -> str:
    if isinstance(entry, str):
        return quoted(entry)
    return "{" + ", ".join(f"{key}: {quoted(value)}" for key, value in entry.items()) + "}"
