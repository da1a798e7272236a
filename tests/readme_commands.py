"""Command: prints a command of the README for CI to run what people read; ``python -m tests.readme_commands test``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
_BLOCK = re.compile(r"<!-- command: (\w+) -->\s*```sh\n(.*?)```", re.DOTALL)


def readme_commands(text: str) -> dict[str, str]:
    """The marked commands by name: "start" and "test"."""
    return dict(_BLOCK.findall(text))


if __name__ == "__main__":
    sys.stdout.write(readme_commands(README.read_text("utf-8"))[sys.argv[1]])
