"""Drawing a chart as PNG: large letters for a small phone, every bar with its name and its number.

Colours are two that colour-blind people tell apart; without colour the strong one is the darker. Pillow is loaded with
the first picture, because most processes never draw one.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, cast

from bot.chart import Bar, Chart, Panel

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH = 800
"""Pixels from left to right; how high a picture is depends on what it shows."""
PAPER, BAR, STRONG = "#ffffff", "#4a90c8", "#9c2706"
"""Colours of the background, of a bar and of a strong one."""
_INK, _GREY, _LINE = "#1a1a1a", "#4d4d4d", "#c8c8c8"
_EDGES = tuple(f"#{grey:02x}{grey:02x}{grey:02x}" for grey in range(49, 245, 20))
"""Of letters, which are soft; with the others sixteen colours, which are half a byte a pixel."""
_EDGE, _GAP = 30, 14
_TITLE, _HEAD, _WORDS, _NOTE = 38, 30, 28, 24
"""Sizes of letters, pixels."""
_ROW, _THICK = 48, 34
_LABELS, _NUMBERS = 300, 250
"""Pixels that names and numbers may take at the most; the bars have the rest."""
_LINES = 3
"""Lines of one sentence at the most."""


def png(chart: Chart) -> bytes:
    """The picture as PNG, `WIDTH` pixels wide; takes some 50 milliseconds, so never in the event loop.

    Raises what a missing or broken drawing library raises; a chart by itself gives no reason to.
    """
    from PIL import Image, ImageColor, ImageDraw

    image = Image.new("RGB", (WIDTH, _room(chart)), PAPER)
    height = _Sheet(ImageDraw.Draw(image), chart).draw()
    colours = Image.new("P", (1, 1))
    colours.putpalette(
        [value for colour in (PAPER, BAR, STRONG, _INK, _GREY, _LINE, *_EDGES) for value in ImageColor.getrgb(colour)]
    )
    written = io.BytesIO()
    flat = image.crop((0, 0, WIDTH, height)).quantize(palette=colours, dither=Image.Dither.NONE)
    flat.save(written, "PNG", optimize=True)
    return written.getvalue()


def _room(chart: Chart) -> int:
    """Pixels from above to below that are enough."""
    rows = sum(len(panel.bars) for panel in chart.panels)
    sentences = 2 * _EDGE + _LINES * 2 * (_TITLE + _NOTE)
    return sentences + len(chart.panels) * (4 * _HEAD + _EDGE) + rows * (_ROW + 2 * _WORDS)


class _Sheet:
    """One picture in the making, from above to below."""

    def __init__(self, drawing: ImageDraw, chart: Chart) -> None:
        self._drawing = drawing
        self._chart = chart
        self._y = _EDGE
        # The same in all panels, so that bars begin below each other.
        names = [_width(bar.label, _WORDS) for panel in chart.panels for bar in panel.bars]
        self._labels = min(_LABELS, max(names, default=0))
        self._left = _EDGE + self._labels + _GAP

    def draw(self) -> int:
        """Draws it all; how many pixels high it became."""
        self._sentence(self._chart.title, _TITLE, _INK, bold=True)
        for panel in self._chart.panels:
            self._panel(panel)
        if self._chart.note:
            self._y += _GAP
            self._sentence(self._chart.note, _NOTE, _GREY)
        return self._y + _EDGE - _GAP // 2

    def _sentence(self, words: str, size: int, colour: str, *, bold: bool = False) -> None:
        for line in _lines(words, size, WIDTH - 2 * _EDGE, _LINES):
            self._write(line, _EDGE, self._y, size, colour, bold=bold)
            self._y += round(size * 1.3)

    def _panel(self, panel: Panel) -> None:
        self._y += _GAP
        self._drawing.line([(_EDGE, self._y), (WIDTH - _EDGE, self._y)], fill=_LINE, width=2)
        self._y += _GAP
        self._sentence(panel.title, _HEAD, _INK, bold=True)
        self._y += _GAP // 2
        most = max((bar.value for bar in panel.bars), default=0.0) or 1.0
        room = WIDTH - _EDGE - _GAP - self._left
        # As long as it can be with every bar's number beside it.
        shares = [(bar, bar.value / most) for bar in panel.bars]
        beside = [(share, room - min(_NUMBERS, _width(bar.told, _WORDS))) for bar, share in shares if share]
        longest = min((left / share for share, left in beside), default=0.0)
        for bar, share in shares:
            self._bar(bar, round(longest * share))

    def _bar(self, bar: Bar, length: int) -> None:
        lines = _lines(bar.label, _WORDS, self._labels, 2)
        height = max(_ROW, round(len(lines) * _WORDS * 1.15) + _GAP)
        middle = self._y + height // 2
        for number, line in enumerate(lines):
            top = middle + round((number - len(lines) / 2) * _WORDS * 1.15)
            self._write(line, _EDGE, top, _WORDS, _INK)
        # Also the shortest is seen to be one.
        right = self._left + max(4, length)
        box = [(self._left, middle - _THICK // 2), (right, middle + _THICK // 2)]
        self._drawing.rectangle(box, fill=STRONG if bar.strong else BAR)
        (told,) = _lines(bar.told, _WORDS, _NUMBERS, 1)
        self._write(told, right + _GAP, middle - round(_WORDS * 0.575), _WORDS, _INK, bold=True)
        self._y += height

    def _write(self, words: str, x: int, y: int, size: int, colour: str, *, bold: bool = False) -> None:
        thick = 0.5 if bold else 0.0
        self._drawing.text((x, y), words, fill=colour, font=_font(size), stroke_width=thick, stroke_fill=colour)


@cache
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return cast("FreeTypeFont", ImageFont.load_default(size))


@cache
def _missing() -> bytes:
    """How a letter looks that the font does not have."""
    return bytes(_font(_WORDS).getmask("\uffff"))


@cache
def _has(letter: str) -> bool:
    return letter == " " or bytes(_font(_WORDS).getmask(letter)) not in (b"", _missing())


def _drawable(words: str) -> str:
    """The words in letters that the font has: accents and emoji go, foreign writing becomes question marks."""
    written = []
    for letter in unicodedata.normalize("NFKC", words):
        plain = letter if _has(letter) else unicodedata.normalize("NFKD", letter)[0]
        if _has(plain):
            written.append(plain)
        elif letter.isspace():
            written.append(" ")
        elif unicodedata.category(letter) == "Pd":
            written.append("-")
        elif letter.isalnum():
            written.append("?")
    return " ".join("".join(written).split())


def _width(words: str, size: int) -> int:
    """Pixels of the words in one line."""
    return -int(-_font(size).getlength(_drawable(words)) // 1)


def _lines(words: str, size: int, width: int, most: int) -> Sequence[str]:
    """The words in at most so many lines of that many pixels, at least one; what does not fit ends in "…"."""
    font = _font(size)
    lines = [""]
    for word in _drawable(words).split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    shown = lines[:most]
    if len(lines) > most:
        shown[-1] += "…"
    return [_shortened(line, font, width) for line in shown]


def _shortened(line: str, font: FreeTypeFont, width: int) -> str:
    if font.getlength(line) <= width:
        return line
    kept = line.rstrip("…")
    while kept and font.getlength(f"{kept}…") > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"
