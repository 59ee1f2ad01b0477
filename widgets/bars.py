"""A stacked bar of statuses, and its legend, as pieces of text: a glyph each, so that it reads without colour."""

from __future__ import annotations

from collections.abc import Sequence

from store.domain.vocabulary import label_of

FILLS = {"closed": "█", "with-inspectorate": "▄", "on-track": "▓", "delayed": "▒", "not-stated": "░"}
"""The glyph that draws each status in a bar; old Windows consoles have all of them."""


def _fill(status: str) -> str:
    return FILLS.get(status, "·")


def stacked_bar(parts: Sequence[tuple[int, str]], width: int) -> list[tuple[str, str]]:
    """Draw counts, each with its status ("delayed"), on exactly `width` cells: pieces of text with a style's name.

    Cells are shared out by largest remainder, and a part that is not zero has at least one while there are cells for
    all such parts. Where nothing was counted, or there is no room, there is no bar: no pieces.
    """
    shown = [(count, status) for count, status in parts if count > 0]
    total = sum(count for count, _ in shown)
    if not total or width < 1:
        return []
    shares = [divmod(count * width, total) for count, _ in shown]
    cells = [whole for whole, _ in shares]
    by_remainder = sorted(range(len(shown)), key=lambda n: (-shares[n][1], n))
    for n in by_remainder[: width - sum(cells)]:
        cells[n] += 1
    if len(shown) <= width:
        while 0 in cells:
            cells[cells.index(max(cells))] -= 1
            cells[cells.index(0)] += 1
    return [(_fill(status) * size, f"status--{status}") for size, (_, status) in zip(cells, shown, strict=True) if size]


def legend(parts: Sequence[tuple[int, str]]) -> list[tuple[str, str]]:
    """The legend of a bar, each glyph with its status and count: "█ Closed 28  ▓ On track 17"; zero counts too."""
    pieces: list[tuple[str, str]] = []
    for count, status in parts:
        if pieces:
            pieces.append(("  ", ""))
        pieces.append((f"{_fill(status)} {label_of(status)} {count:,}", f"status--{status}"))
    return pieces
