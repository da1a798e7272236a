"""Reading foreign JSON with an eye on every type: a wrong field is named, never shown, and unknown ones do no harm."""

from __future__ import annotations

from collections.abc import Mapping

from bot.channels import UnreadableUpdate


def whole(text: str) -> str:
    """The text with "�" for half surrogate pairs, which JSON can spell and no UTF-8 can hold."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class Fields:
    """A JSON object and the way to it, such as "message.chat"."""

    __slots__ = ("_path", "_values")

    def __init__(self, values: Mapping[str, object], path: str = "") -> None:
        self._values = values
        self._path = path

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def number(self, name: str) -> int:
        """A whole number; UnreadableUpdate if it is missing or anything else."""
        value = self._values.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, "a whole number")
        return value

    def text(self, name: str) -> str:
        """A text, made `whole`; empty if missing, UnreadableUpdate if it is anything else."""
        value = self._values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._wrong(name, "a text")
        return whole(value)

    def flag(self, name: str) -> bool:
        """True only for true."""
        return self._values.get(name) is True

    def inner(self, name: str) -> Fields:
        """An object inside; UnreadableUpdate if it is missing or anything else."""
        value = self._values.get(name)
        if not isinstance(value, Mapping):
            raise self._wrong(name, "an object")
        return Fields(value, self._way_to(name))

    def maybe(self, name: str) -> Fields | None:
        """An object inside; None if it is missing."""
        return self.inner(name) if name in self else None

    def _wrong(self, name: str, expected: str) -> UnreadableUpdate:
        return UnreadableUpdate(f"{self._way_to(name)}: expected {expected}")

    def _way_to(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name
