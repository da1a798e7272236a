"""YAML edits (pure): a value set, an entry added or taken away in a knowledge file, and every other character left as it was.

The parser says where a part stands; what is new is written there. Comments, order, quotes and line breaks stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import yaml

_UNFIT = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

Keys = Sequence[str | int]
"""Where a part stands: keys, and numbers of entries from 0."""
Value = str | Sequence[str] | Mapping[str, str | Sequence[str]]
"""An entry of a list: a text, texts, or keys with them."""
Writes = Callable[[str], str]
"""How a text is written: `quoted` or `plain`."""


class NoSuchPart(ValueError):
    """The file has no such key, list or entry; names it."""


class AsIs(str):
    """Written as it stands, without quotes: a day, a true."""

    __slots__ = ()


def quoted(text: str) -> str:
    """The text in double quotes, on one line, as YAML reads it back; what no file may hold becomes a space."""
    lines = [" ".join(_UNFIT.sub(" ", line).split()) for line in text.strip().splitlines()]
    return '"' + "\n".join(lines).strip().replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def plain(text: str) -> str:
    """The text without quotes where YAML reads it back as the same text, in lists too; else as `quoted`."""
    try:
        same = yaml.safe_load(f"[{text}, a]") == [text, "a"] and yaml.safe_load(f"a: {text}") == {"a": text}
    except yaml.YAMLError:
        same = False
    return text if same and "\n" not in text else quoted(text)


def block(text: str, indent: int) -> str:
    """A text of several lines as one reads it, for a key that stands at that column; of one line as `quoted`."""
    lines = [" ".join(_UNFIT.sub(" ", line).split()) for line in text.strip().splitlines()]
    if len(lines) < 2:
        return quoted(text)
    space = " " * (indent + 2)
    return "|-\n" + "\n".join(f"{space}{line}" if line else "" for line in lines)


def value_at(text: str, keys: Keys) -> str:
    """The text under ``keys``; raises NoSuchPart."""
    node = _node(text, keys)
    if not isinstance(node, yaml.ScalarNode):
        raise NoSuchPart(_named(keys))
    return str(node.value)


def has(text: str, keys: Keys) -> bool:
    """True when the file has this part."""
    try:
        _node(text, keys)
    except NoSuchPart:
        return False
    return True


def with_value(text: str, keys: Keys, value: str) -> str:
    """The file with the value under ``keys`` replaced by ``value``, written as given; raises NoSuchPart."""
    node = _node(text, keys)
    if not isinstance(node, yaml.ScalarNode):
        raise NoSuchPart(_named(keys))
    start, end = node.start_mark.index, _last(text, node)
    line_end = end + len(text[end:].partition("\n")[0])
    note = text[end:line_end] if re.match(r"\s+#", text[end:line_end]) else ""
    if node.style in ("|", ">"):  # noted behind the sign of a text of several lines
        found = re.search(r"\s+#.*", text[start:end].partition("\n")[0])
        note = found.group() if found else ""
    else:
        end += len(note)
    head, line, body = value.partition("\n")
    value = head + note + line + body  # behind a text of several lines a note would become its last words
    return text[:start] + value + text[end:]


def with_texts(text: str, keys: Keys, entries: Sequence[str]) -> str:
    """The file with these texts, at least one, instead of the list under ``keys``; raises NoSuchPart."""
    node = _node(text, keys)
    if not isinstance(node, yaml.SequenceNode):
        raise NoSuchPart(_named(keys))
    start = node.start_mark.index
    if node.flow_style:
        return text[:start] + "[" + ", ".join(map(quoted, entries)) + "]" + text[node.end_mark.index :]
    lines = f"\n{' ' * node.start_mark.column}".join(f"- {quoted(entry)}" for entry in entries)
    return text[:start] + lines + text[_last(text, node) :]


def with_key(text: str, keys: Keys, value: str, behind: str = "") -> str:
    """The file with ``value``, written as given, under ``keys``: in place of the one there, or as a new key of its group,
    the last one or the next behind ``behind``. Raises NoSuchPart without the group."""
    try:
        return with_value(text, keys, value)
    except NoSuchPart:
        parent = _node(text, keys[:-1])
    if not isinstance(parent, yaml.MappingNode) or not parent.value or any(key.value == keys[-1] for key, _ in parent.value):
        raise NoSuchPart(_named(keys))
    line = f"{plain(str(keys[-1]))}: {value}"
    before = next((node for key, node in parent.value if key.value == behind), parent.value[-1][1])
    if parent.flow_style:
        return f"{text[: before.end_mark.index]}, {line}{text[before.end_mark.index :]}"
    return _after(text, before, " " * parent.value[0][0].start_mark.column + line)


def with_entry(
    text: str, keys: Keys, entry: Value, write: Writes = quoted, at: int | None = None, comment: str = ""
) -> str:
    """The file with one more entry in the list under ``keys``: as number ``at``, or at the end; raises NoSuchPart.

    An empty list may stand there, and ``keys`` may end in a list that the group does not have yet. ``comment``: a line
    above the entry, where the list has a line for each.
    """
    try:
        node = _node(text, keys)
    except NoSuchPart:
        return _with_list(text, keys, _block(entry, "", write))
    if not isinstance(node, yaml.SequenceNode):
        raise NoSuchPart(_named(keys))
    number = len(node.value) if at is None else min(at, len(node.value))
    if node.flow_style:
        return _with_flow_entry(text, node, _flow(entry, write), number)
    model = node.value[max(number - 1, 0)]
    indent = " " * (model.start_mark.column - 2)
    in_braces = not isinstance(entry, str) and not isinstance(model, yaml.ScalarNode) and bool(model.flow_style)
    lines = f"{indent}- {_flow(entry, write)}" if in_braces else _block(entry, indent, write)
    if comment:
        lines = f"{indent}# {' '.join(_UNFIT.sub(' ', comment).split())}\n{lines}"
    if number == 0:
        start = text.rfind("\n", 0, model.start_mark.index) + 1
        return text[:start] + lines + "\n" + text[start:]
    return _after(text, model, lines)


def without_entry(text: str, keys: Keys) -> str:
    """The file without the entry under ``keys``, whose last step is its number; raises NoSuchPart, also for the only one."""
    *group, number = keys
    node, parent = _node(text, keys), _node(text, group)
    if not isinstance(parent, yaml.SequenceNode) or not isinstance(number, int) or len(parent.value) < 2:
        raise NoSuchPart(_named(keys))
    if not parent.flow_style:
        start = text.rfind("\n", 0, node.start_mark.index) + 1
        line_end = text.find("\n", _last(text, node))
        return text[:start] + (text[line_end + 1 :] if line_end >= 0 else "")
    if number:
        return text[: parent.value[number - 1].end_mark.index] + text[node.end_mark.index :]
    return text[: node.start_mark.index] + text[parent.value[1].start_mark.index :]


def with_comment(text: str, keys: Keys, comment: str) -> str:
    """The file with a comment on a line of its own above the line on which the part begins; raises NoSuchPart."""
    start = text.rfind("\n", 0, _node(text, keys).start_mark.index) + 1
    indent = re.match(r" *", text[start:])
    assert indent is not None
    return f"{text[:start]}{indent.group()}# {' '.join(_UNFIT.sub(' ', comment).split())}\n{text[start:]}"


def _with_flow_entry(text: str, node: yaml.SequenceNode, entry: str, number: int) -> str:
    if not node.value:
        at = node.start_mark.index + 1
        return text[:at] + entry + text[at:]
    if number == 0:
        at = node.value[0].start_mark.index
        return f"{text[:at]}{entry}, {text[at:]}"
    at = node.value[number - 1].end_mark.index
    return f"{text[:at]}, {entry}{text[at:]}"


def _with_list(text: str, keys: Keys, entry: str) -> str:
    """The list as the last key of the group that should have it."""
    parent = _node(text, keys[:-1])
    if not isinstance(parent, yaml.MappingNode) or parent.flow_style or not parent.value:
        raise NoSuchPart(_named(keys))
    indent = " " * parent.value[0][0].start_mark.column
    lines = "\n".join(f"{indent}  {line}" for line in entry.splitlines())
    return _after(text, parent, f"{indent}{keys[-1]}:\n{lines}")


def _after(text: str, node: yaml.Node, lines: str) -> str:
    """The text with lines put in behind the line in which the node ends."""
    line_end = text.find("\n", _last(text, node))
    at = len(text) + 1 if line_end < 0 else line_end + 1
    before = text[:at] if text[:at].endswith("\n") else text[:at] + "\n"
    return before + lines + "\n" + text[at:]


def _last(text: str, node: yaml.Node) -> int:
    """Behind the last word of a part: a block by itself ends only where the next one begins."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _last(text, node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _last(text, node.value[-1])
    end: int = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return len(text[:end].rstrip())
    return end


def _node(text: str, keys: Keys) -> yaml.Node:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for key in keys:
        if isinstance(key, int):
            entries = node.value if isinstance(node, yaml.SequenceNode) else ()
            node = entries[key] if 0 <= key < len(entries) else None
        else:
            pairs = node.value if isinstance(node, yaml.MappingNode) else ()
            node = next((value for name, value in pairs if name.value == key), None)
        if node is None:
            raise NoSuchPart(_named(keys))
    if node is None:
        raise NoSuchPart(_named(keys))
    return node


def _named(keys: Keys) -> str:
    return ".".join(map(str, keys))


def _block(entry: Value, indent: str, write: Writes) -> str:
    if not isinstance(entry, Mapping):
        return f"{indent}- {_flow(entry, write)}"
    lines = [f"{key}: {_flow(value, write)}" for key, value in entry.items()]
    return "\n".join(f"{indent}{'- ' if number == 0 else '  '}{line}" for number, line in enumerate(lines))


def _flow(entry: Value, write: Writes) -> str:
    if isinstance(entry, str):
        return str(entry) if isinstance(entry, AsIs) else write(entry)
    if isinstance(entry, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(value, write)}" for key, value in entry.items()) + "}"
    return "[" + ", ".join(_flow(value, write) for value in entry) + "]"
