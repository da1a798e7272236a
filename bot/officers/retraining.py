"""Retraining: the example reader learns from live texts, in a process of its own; about a minute, while the bot answers.

``python -m bot.officers.retraining`` reads the texts by path as JSON and writes the weights as base64.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from bot.failures import Failure
from bot.knowledge.folder import weights_text
from bot.knowledge.layout import TRAINED
from bot.knowledge.loading import load_files
from bot.officers.beside import answer, beside


class CannotTrain(Failure):
    """What training needs is not installed here."""


async def retrained(texts: Mapping[str, str]) -> dict[str, str | None]:
    """The change to publish with, or after, new examples: the weights learnt from these live texts.

    They are stored as any file of a revision, at `bot.knowledge.layout.TRAINED` as base64; until they are published the
    reader goes on with those it has. Raises CannotTrain, or WorkBroken for texts that are not knowledge.
    """
    if find_spec("sklearn") is None:
        raise CannotTrain('Pelatihan butuh paket tambahan. Pasang: pip install "cekdulu[train]".')
    return {TRAINED: await beside(__name__, texts)}


def _trained(texts: Mapping[str, str]) -> str:
    from bot.training.training import train

    return weights_text(train(load_files(texts)))


if __name__ == "__main__":
    answer(_trained)
