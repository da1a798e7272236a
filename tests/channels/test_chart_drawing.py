"""Pictures as they are drawn, opened again and looked at."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from bot.channels.chart_drawing import BAR, PAPER, STRONG, WIDTH, png
from bot.chart import MOST_BARS, Bar, Chart, Panel
from tests.running_bot import ROOT, environment

Colour = tuple[int, int, int]
BLUE, RED, WHITE = (ImageColor.getrgb(colour)[:3] for colour in (BAR, STRONG, PAPER))


def opened(content: bytes) -> Image.Image:
    """The picture, as PNG and nothing else."""
    return Image.open(io.BytesIO(content), formats=["PNG"]).convert("RGB")


def drawn(*panels: Panel, title: str = "128 kasus", note: str = "") -> Image.Image:
    """A chart of these panels."""
    return opened(png(Chart(title, panels, "", note)))


def lengths(image: Image.Image, *colours: Colour) -> list[int]:
    """Pixels from left to right of every bar in these colours, from above to below."""
    found, before = [], 0
    pixels = image.load()
    assert pixels is not None
    for y in range(image.height):
        length = sum(pixels[x, y] in colours for x in range(image.width))
        if length > 3 and before <= 3:
            found.append(length)
        before = length
    return found


def bars(*values: float, strong: frozenset[int] = frozenset()) -> tuple[Bar, ...]:
    """Bars of these values."""
    return tuple(Bar(f"Wilayah {n}", value, f"{value}", n in strong) for n, value in enumerate(values))


def test_a_larger_value_is_a_longer_bar() -> None:
    """In proportion, to the pixel; the strong ones in another colour, and the size is a phone's."""
    image = drawn(Panel("Tingkat", bars(61, 38, 9, strong=frozenset({0}))), note="CekDulu")
    assert image.width == WIDTH
    (longest,) = lengths(image, RED)
    middle, shortest = lengths(image, BLUE)
    assert longest > WIDTH // 2
    assert abs(middle - longest * 38 / 61) < 2
    assert abs(shortest - longest * 9 / 61) < 2


def test_each_panel_has_a_scale_of_its_own() -> None:
    """Hours are not measured in cases; bars begin below each other."""
    image = drawn(Panel("Kasus", bars(7_000, 3_500)), Panel("Jam", bars(2.0, 1.0)))
    one, half, other, other_half = lengths(image, BLUE)
    assert one > WIDTH // 2
    assert other > WIDTH // 2
    assert abs(half - one / 2) < 2
    assert abs(other_half - other / 2) < 2


def test_nothing_is_still_seen() -> None:
    """A value of nothing among others, and where there is nothing else."""
    assert len(lengths(drawn(Panel("Jam", bars(0.0, 8.0))), BLUE)) == 2
    assert len(lengths(drawn(Panel("Jam", bars(0.0))), BLUE)) == 1
    assert lengths(drawn(Panel("Jam", ())), BLUE) == []


def test_names_and_numbers_stand_beside_the_bars() -> None:
    """Ink at the left of each bar and at its right, and none beyond the edge."""
    image = drawn(Panel("Wilayah", (Bar("Kabupaten " * 9, 61_234_567, "61.234.567 kasus " * 9), *bars(20_000_000))))
    long, _ = lengths(image, BLUE)
    assert long > 100
    pixels = image.load()
    assert pixels is not None
    row = next(y for y in range(image.height) if pixels[WIDTH // 2, y] == BLUE) + 10
    blue = [x for x in range(WIDTH) if pixels[x, row] == BLUE]
    for columns in (range(30, blue[0]), range(blue[-1] + 1, WIDTH - 20)):
        assert any(pixels[x, y] != WHITE for x in columns for y in range(row - 10, row + 20))
    assert all(pixels[x, y] == WHITE for x in range(WIDTH - 20, WIDTH) for y in range(image.height))


def test_words_in_letters_that_the_font_has() -> None:
    """A picture of words with signs and accents is the one without; foreign writing is not left out in silence."""
    plain, decorated = (png(Chart(title, (), "")) for title in ("BAHAYA di Leles", "⛔ BAHAYA\n\tdi Lélès 🇮🇩\u200b"))
    assert plain == decorated
    assert png(Chart("2–3 hari", (), "")) == png(Chart("2-3 hari", (), ""))
    assert png(Chart("Wilayah 北京", (), "")) == png(Chart("Wilayah ??", (), "")) != png(Chart("Wilayah", (), ""))


def test_indonesian_letters_are_all_there() -> None:
    """Each letter, figure and sign of ordinary writing is drawn, and as something of its own."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%.,:;()/-…“”?!&+"
    pictures = {png(Chart(f"x{letter}x", (), "")) for letter in letters}
    assert len(pictures) == len(letters)
    assert png(Chart("xx", (), "")) not in pictures


def test_the_largest_is_small_enough() -> None:
    """As many bars as there may be, with long names, in far fewer bytes and pixels than platforms take."""
    name = "Kabupaten Kepulauan Tanimbar Selatan Raya"
    full = png(
        Chart(name, (Panel(name, tuple(Bar(f"{n} {name}", n, f"{n}.000") for n in range(MOST_BARS))),), "", name)
    )
    image = opened(full)
    assert len(full) < 100_000
    assert image.width + image.height < 10_000
    assert len(image.getcolors() or ()) <= 16


@given(st.text(max_size=80), st.text(max_size=80), st.floats(0, allow_infinity=False))
@settings(max_examples=30, deadline=None)
def test_whatever_the_words_it_is_drawn(title: str, label: str, value: float) -> None:
    """No text and no number makes drawing fail."""
    chart = Chart(title, (Panel(label, (Bar(label, value, title), Bar(title, 1, label))),), "", label)
    assert opened(png(chart)).width == WIDTH


@pytest.mark.parametrize("module", ["bot.serving", "bot.commands_cases", "bot.officers.case_room"])
def test_who_draws_nothing_loads_nothing(module: str) -> None:
    """The drawing library is not in the memory of a process that has started."""
    asked = f"import sys, {module}; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], env=environment(), cwd=ROOT, check=False).returncode == 0
