"""Package: the knowledge that came with this program, as it was when the process started."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.knowledge.folder import read_package
from bot.knowledge.layout import TRAINED
from bot.knowledge.revision import revision_of
from bot.officers.revisions import hash_of


@dataclass(frozen=True, slots=True)
class Package:
    """What the officers' changes are laid over."""

    name: str
    """Its revision name: that of ``Knowledge``, where nothing was changed."""
    hashes: Mapping[str, str] = field(repr=False)
    """By path (`revisions.hash_of`), the weights of the example reader included."""
    _packed: bytes = field(repr=False)

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Package:
        """The package with these texts; weights as `bot.knowledge.folder.weights_text` has them."""
        name = revision_of({path: text for path, text in texts.items() if path != TRAINED})
        # The texts are wanted once in a publish, and packed they take a quarter: 3 instead of 13 MB.
        packed = zlib.compress(json.dumps(dict(texts), ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)
        return cls(name, {path: hash_of(text) for path, text in texts.items()}, packed)

    @classmethod
    def read(cls, folder: Path) -> Package:
        """The package in a folder; raises KnowledgeError when a file cannot be read."""
        return cls.of(read_package(folder))

    def texts(self) -> dict[str, str]:
        """By path: a new dict. A new release that is being copied over the folder does not show in a running process."""
        return dict(json.loads(zlib.decompress(self._packed).decode("utf-8", "surrogatepass")))
