"""The confusion of a test as an SVG: rows are what was meant, columns what was understood."""

from collections.abc import Mapping
from html import escape
from typing import Final

_CELL: Final = 14
_MARGIN: Final = 170
_FONT: Final = "font-family='sans-serif' font-size='9'"


def draw_confusion(confusion: Mapping[str, Mapping[str, int]]) -> str:
    """Return the picture; a cell is as dark as its share of its row, wrong ones are red."""
    names = sorted({*confusion, *(given for row in confusion.values() for given in row)})
    side = _MARGIN + _CELL * len(names) + 20
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{side}' height='{side}' viewBox='0 0 {side} {side}'>",
        f"<rect width='{side}' height='{side}' fill='white'/>",
    ]
    for number, name in enumerate(names):
        parts += _labels(number, name)
    for row, wanted in enumerate(names):
        counts = confusion.get(wanted, {})
        total = sum(counts.values())
        for given, count in counts.items():
            parts.append(_cell(row, names.index(given), count, count / total, f"{wanted} → {given}"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _labels(number: int, name: str) -> list[str]:
    middle = _MARGIN + _CELL * number + _CELL * 0.7
    word = escape(name)
    turn = f"transform='rotate(-90 {middle:.1f} {_MARGIN - 4})'"
    return [
        f"<text x='{_MARGIN - 4}' y='{middle:.1f}' text-anchor='end' {_FONT}>{word}</text>",
        f"<text x='{middle:.1f}' y='{_MARGIN - 4}' {_FONT} {turn}>{word}</text>",
    ]


def _cell(row: int, column: int, count: int, share: float, title: str) -> str:
    colour = "#1f6f3f" if row == column else "#c22"
    x, y = _MARGIN + _CELL * column, _MARGIN + _CELL * row
    opacity = max(0.12, share)
    return (
        f"<g><title>{escape(title)}: {count}</title>"
        f"<rect x='{x}' y='{y}' width='{_CELL}' height='{_CELL}' fill='{colour}' fill-opacity='{opacity:.2f}'/>"
        f"<text x='{x + _CELL / 2:.1f}' y='{y + 10}' text-anchor='middle' {_FONT}>{count}</text></g>"
    )
