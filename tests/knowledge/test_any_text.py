"""Whatever stands in a file, loading gives knowledge or a KnowledgeError: no other exception, no endless work."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.knowledge import KnowledgeError, load_files
from bot.knowledge.yaml_nodes import read_document
from tests.knowledge.minimal import minimal_files, problems_in

LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""All that YAML 1.1 section 4.2 calls a line break."""
PATHS = sorted(minimal_files())
FRAGMENTS = st.sampled_from([
    "id: a\n", "- ", "? ", ": ", "{", "}", "[", "]", '"', "'", "&a ", "*a", "!t ", "<<: ", "---\n", "...\n", "\t", "  ",
    "\n", "# ", "|", ">", "%YAML 1.1\n", "\\U00110000", "phrases:\n", "title: ", "null", "~", "\u2028", "\x85",
    "\ufeff",
])  # fmt: skip
YAML_LIKE = st.lists(FRAGMENTS | st.text(max_size=5), max_size=25).map("".join)
VALUES = st.recursive(
    st.none() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check_places(files: dict[str, str]) -> None:
    for problem in problems_in(files):
        text = files.get(problem.path.removeprefix("knowledge/"), "")
        assert 1 <= problem.line <= len(LINE_END.split(text)) + 1
        assert problem.column >= 1
        assert problem.field
        assert problem.message


@FEW
@given(path=st.sampled_from(PATHS), text=st.text() | YAML_LIKE)
def test_any_text_as_a_file(path: str, text: str) -> None:
    """Noise and half YAML give problems with a place inside the file."""
    check_places({**minimal_files(), path: text})


@FEW
@given(path=st.sampled_from(PATHS), at=st.floats(0, 1), length=st.integers(0, 30), text=YAML_LIKE)
def test_any_edit_of_a_good_file(path: str, at: float, length: int, text: str) -> None:
    """So does a good file after any slip of the hand."""
    files = minimal_files()
    start = int(at * len(files[path]))
    check_places({**files, path: files[path][:start] + text + files[path][start + length :]})


@FEW
@given(path=st.sampled_from(PATHS), data=st.data())
def test_any_value_in_any_field(path: str, data: st.DataObject) -> None:
    """So does any value in any field of a good file."""
    content = yaml.load(minimal_files()[path], yaml.BaseLoader)
    here, steps = content, []
    while isinstance(here, dict | list) and here:
        step = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        steps.append(step)
        if data.draw(st.booleans()):
            break
        here = here[step]
    inner = content
    for step in steps[:-1]:
        inner = inner[step]
    inner[steps[-1]] = data.draw(VALUES)
    check_places({**minimal_files(), path: yaml.safe_dump(content, allow_unicode=True)})


@FEW
@given(files=st.dictionaries(st.text(max_size=20) | st.sampled_from(["", ".", "/", *PATHS]), YAML_LIKE, max_size=3))
def test_any_files(files: dict[str, str]) -> None:
    """A folder full of nonsense is refused like any other."""
    with pytest.raises(KnowledgeError):
        load_files(files)


@settings(FEW, derandomize=True)  # the parsers differ in corners of YAML that nobody writes
@given(text=st.text() | YAML_LIKE)
def test_both_parsers_agree(text: str) -> None:
    """Machines without libyaml read what others read, or refuse it."""
    try:
        fast = read_document("a", text, yaml.CBaseLoader)
        slow = read_document("a", text, yaml.BaseLoader)
    except KnowledgeError:
        return
    assert fast.content == slow.content
