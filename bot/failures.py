"""Failure: what an operator or officer can mend; commands show it as one sentence, never as a traceback."""

from __future__ import annotations


class Failure(Exception):
    """Its message says what is wrong and what to do; it holds no secret and nobody's words."""

    exit_code = 1
    """1: something is broken; 2: the command or the environment was used wrongly."""
