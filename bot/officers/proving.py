"""Proving: everything that `check-knowledge` checks, in a process of its own, so that the bot keeps answering meanwhile.

``python -m bot.officers.proving`` reads the texts by path as JSON and writes the problems as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple

from bot.checking.compiled import compile_knowledge
from bot.checking.proof import cases, prove, repeated_messages
from bot.knowledge.loading import load_files
from bot.knowledge.problems import KnowledgeError, KnowledgeProblem
from bot.officers.beside import answer, beside


async def checked(texts: Mapping[str, str]) -> list[KnowledgeProblem]:
    """Everything wrong with live texts by path (`revisions.overlaid`), sorted by place; empty when they may go live.

    Weights of the example reader belong to the texts (`bot.knowledge.folder.read_package`); whole messages are read
    without it when they are missing. That they were learnt from other examples is no problem here. Takes three to four
    seconds with the packaged rules. Raises WorkBroken.
    """
    return [KnowledgeProblem(*problem) for problem in json.loads(await beside(__name__, texts))]


def problems_of(texts: Mapping[str, str]) -> list[KnowledgeProblem]:
    """As `checked`, here and now."""
    try:
        compiled = compile_knowledge(load_files(texts))
    except KnowledgeError as error:
        return list(error.problems)
    found = [problem for case in cases(compiled) if (problem := prove(case, compiled)) is not None]
    return sorted({*found, *repeated_messages(compiled)})


def unfit(texts: Mapping[str, str]) -> list[KnowledgeProblem]:
    """Only what would keep these texts from going live at all; examples are not run. About a second of work."""
    try:
        compile_knowledge(load_files(texts, examples=False))
    except KnowledgeError as error:
        return list(error.problems)
    return []


if __name__ == "__main__":
    answer(lambda texts: json.dumps([astuple(problem) for problem in problems_of(texts)]))
