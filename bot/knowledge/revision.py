"""The revision: a short name of exactly this knowledge."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def revision_of(files: Mapping[str, str]) -> str:
    """12 hexadecimal digits that stay the same as long as every path and every character of `files` does.

    The order of the mapping does not matter.
    """
    digest = hashlib.sha256()
    for path in sorted(files):
        for part in (path, files[path]):
            encoded = part.encode("utf-8", "surrogatepass")
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()[:12]
