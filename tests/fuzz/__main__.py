"""Fuzzing for as long as wanted: ``python -m tests.fuzz TARGET [--runs N] [--seconds S] [--plain]``.

With the extra ``fuzz`` (``pip install -e '.[test,fuzz]'``) atheris looks for bytes that reach new code; without it, or
with ``--plain``, bytes are made at random and by changing earlier ones. What breaks a promise is written to the file
``fuzz-TARGET-….bin`` in the working directory and ends the run with exit code 1; ``--replay FILE`` tries it again.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from importlib.util import find_spec
from pathlib import Path

SLOW = 2.0
"""Seconds of this process's own time that one input may take."""
LONGEST = 600
"""Bytes of one input; a text of that many bytes has some hundred words."""


def main() -> int:
    """The exit code: 0 when nothing broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Try any bytes on a part of the bot.")
    parser.add_argument("target", choices=("updates", "requests", "texts", "facts", "conversations"))
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=86_400.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="without atheris")
    parser.add_argument("--replay", type=Path)
    given = parser.parse_args()
    if given.replay:
        _load(given.target)
        _tried(given.target, given.replay.read_bytes())
        return 0
    if given.plain or find_spec("atheris") is None:
        return _plain(given.target, given.runs, given.seconds, given.seed)
    _guided(given.target, given.runs, given.seconds, given.seed)
    return 0


def _tried(target: str, content: bytes) -> None:
    from tests.fuzz.targets import TARGETS

    begun = time.process_time()
    TARGETS[target](content)
    assert time.process_time() - begun < SLOW, "took too long"


def _load(target: str) -> None:
    """The knowledge, where the target needs it, is no part of an input's time."""
    from tests.fuzz.targets import knowledge

    if target not in ("updates", "requests"):
        knowledge()


def _plain(target: str, runs: int, seconds: float, seed: int) -> int:
    chance = random.Random(seed)
    earlier = [bytes(64)]
    _load(target)
    begun = time.monotonic()
    done = 0
    slowest = 0.0
    while done < runs and time.monotonic() - begun < seconds:
        content = _made(chance, earlier)
        at = time.process_time()
        try:
            _tried(target, content)
        except Exception as error:
            name = Path(f"fuzz-{target}-{hashlib.sha256(content).hexdigest()[:12]}.bin")
            name.write_bytes(content)
            sys.stderr.write(f"{name}: {type(error).__name__}: {error}\n")
            return 1
        slowest = max(slowest, time.process_time() - at)
        done += 1
    sys.stdout.write(f"{target}: {done} inputs in {time.monotonic() - begun:.0f} s, slowest {slowest * 1000:.0f} ms\n")
    return 0


def _made(chance: random.Random, earlier: list[bytes]) -> bytes:
    """New bytes, or earlier ones changed; some are kept for later."""
    if chance.random() < 0.3:
        content = chance.randbytes(chance.randrange(LONGEST))
    else:
        changed = bytearray(chance.choice(earlier))
        for _ in range(1 + chance.randrange(6)):
            at = chance.randrange(len(changed) + 1)
            changed[at : at + chance.randrange(4)] = chance.randbytes(chance.randrange(5))
        content = bytes(changed[:LONGEST])
    if chance.random() < 0.05:
        earlier.append(content)
        del earlier[:-500]
    return content


def _guided(target: str, runs: int, seconds: float, seed: int) -> None:
    import atheris

    with atheris.instrument_imports(include=["bot"]):
        from tests.fuzz import targets

    _load(target)
    limits = [f"-runs={runs}", f"-max_total_time={int(seconds)}", f"-seed={seed}", f"-max_len={LONGEST}"]
    prefix = f"-artifact_prefix=fuzz-{target}-"
    atheris.Setup(
        [sys.argv[0], *limits, prefix, "-timeout=10", "-len_control=0", "-rss_limit_mb=4096"], targets.TARGETS[target]
    )
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
