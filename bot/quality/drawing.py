"""Drawing: the confusion matrix and the reliability curve as small SVG pictures, without a drawing library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from bot.quality.evaluation import OUTCOMES

_CELL, _LEFT, _TOP = 74, 110, 54


def _svg(width: int, height: int, body: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">'
    return "\n".join([head, f'<rect width="{width}" height="{height}" fill="#fff"/>', *body, "</svg>", ""])


def _text(x: float, y: float, words: str, anchor: str = "middle", colour: str = "#222") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def confusion_picture(table: Mapping[str, Counter[str]], title: str) -> str:
    """Rows are labels, columns what the check said; darker is more of the row, red off the diagonal."""
    size = len(OUTCOMES)
    body = [_text(_LEFT + size * _CELL / 2, 20, title)]
    for column, outcome in enumerate(OUTCOMES):
        body.append(_text(_LEFT + (column + 0.5) * _CELL, _TOP - 10, outcome))
    for row, label in enumerate(OUTCOMES):
        total = sum(table[label].values())
        y = _TOP + row * _CELL / 2
        body.append(_text(_LEFT - 8, y + 23, f"{label} ({total})", "end"))
        for column, outcome in enumerate(OUTCOMES):
            count = table[label][outcome]
            share = count / total if total else 0.0
            colour = "22,120,70" if row == column else "190,40,40"
            x = _LEFT + column * _CELL
            body.append(f'<rect x="{x}" y="{y:.0f}" width="{_CELL - 2}" height="{_CELL // 2 - 2}" '
                        f'fill="rgba({colour},{max(share, 0.04):.2f})"/>')  # fmt: skip
            if count:
                body.append(_text(x + _CELL / 2, y + 23, str(count), colour="#fff" if share > 0.55 else "#222"))
    return _svg(_LEFT + size * _CELL + 10, _TOP + size * _CELL // 2 + 16, body)


def reliability_picture(bins: Sequence[tuple[float, float, int]], title: str) -> str:
    """(mean probability, share that was right, count) per bin against the diagonal of honest probabilities."""
    side, left, top = 320, 50, 40

    def at(probability: float, share: float) -> tuple[float, float]:
        return left + probability * side, top + (1 - share) * side

    body = [_text(left + side / 2, 22, title)]
    body.append(f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="#999"/>')
    (x1, y1), (x2, y2) = at(0, 0), at(1, 1)
    body.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#bbb" stroke-dasharray="4"/>')
    for tick in (0.0, 0.5, 1.0):
        body.append(_text(at(tick, 0)[0], top + side + 18, f"{tick:.1f}"))
        body.append(_text(left - 8, at(0, tick)[1] + 4, f"{tick:.1f}", "end"))
    body.append(_text(left + side / 2, top + side + 36, "probability given"))
    for probability, share, count in bins:
        x, y = at(probability, share)
        body.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{3 + min(count, 400) ** 0.5 / 2:.1f}" fill="rgba(30,90,180,.7)"/>'
        )
        body.append(_text(x, y - 12, str(count), colour="#555"))
    return _svg(left + side + 30, top + side + 50, body)
