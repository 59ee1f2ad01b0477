"""A figure as a picture: stacked bars that are legible in black and white."""

from __future__ import annotations

import io
import textwrap
import warnings
from typing import Any

from store.domain.text import one_line
from store.papers.document import Figure

_DOTS = 200
_WIDE = 6.3
"""The width of a picture in inches: that of the text on a page of A4."""

_BAR, _OUTSIDE, _TALLEST = 0.36, 0.75, 7.2
"""The height of a bar, of what is above and below the bars, and of the tallest picture, in inches."""

_LOOKS = (
    ("#4D4D4D", "", "white"),
    ("#FFFFFF", "", "black"),
    ("#C8C8C8", "////", "black"),
    ("#F0F0F0", "....", "black"),
    ("#8C8C8C", "xxxx", "black"),
    ("#E4E4E4", "----", "black"),
)
"""The fill, hatch and colour of the numbers of each series, so that none needs a colour to be unlike the next."""


def draw(figure: Figure) -> tuple[bytes, float, float]:
    """A figure as PNG, and its width and height in inches."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Picture

    height = min(_OUTSIDE + _BAR * max(len(figure.bars), 1), _TALLEST)
    fixed: dict[Any, Any] = {
        "font.family": "DejaVu Sans",
        "font.size": 8.5 if len(figure.bars) < 18 else 7.5,
        "hatch.linewidth": 0.6,
        "text.parse_math": False,
    }
    with warnings.catch_warnings(), rc_context({**fixed, "text.usetex": False, "svg.hashsalt": "fairlead"}):
        # A letter that the font lacks is drawn as a box; a warning on stderr would go over the screen.
        warnings.simplefilter("ignore")
        drawing = Picture(figsize=(_WIDE, height), dpi=_DOTS, layout="constrained")
        canvas: Any = FigureCanvasAgg(drawing)
        axes = drawing.add_subplot()
        _draw_bars(axes, figure)
        _finish(axes, figure)
        out = io.BytesIO()
        canvas.print_png(out, metadata={"Software": None})
    return out.getvalue(), _WIDE, height


def _draw_bars(axes: Any, figure: Figure) -> None:
    places = range(len(figure.bars))
    totals = [sum(bar.counts) for bar in figure.bars]
    shown = max(totals, default=0) or 1
    left = [0] * len(figure.bars)
    for position, name in enumerate(figure.series):
        fill, hatch, ink = _LOOKS[position % len(_LOOKS)]
        counts = [bar.counts[position] if position < len(bar.counts) else 0 for bar in figure.bars]
        axes.barh(
            places, counts, left=left, height=0.68, color=fill, hatch=hatch, edgecolor="black", linewidth=0.7,
            label=one_line(name, most=40),
        )  # fmt: skip
        for place, count in enumerate(counts):
            if count / shown > 0.025 * len(str(count)):
                box = {"facecolor": fill, "edgecolor": "none", "pad": 1.0} if hatch else None
                axes.text(
                    left[place] + count / 2, place, str(count), ha="center", va="center", color=ink, fontsize=8,
                    bbox=box,
                )  # fmt: skip
        left = [start + count for start, count in zip(left, counts, strict=True)]
    for place, total in enumerate(totals):
        axes.text(total + shown * 0.012, place, str(total), ha="left", va="center", fontweight="bold", fontsize=8.5)
    axes.set_xlim(0, shown * 1.07)


def _finish(axes: Any, figure: Figure) -> None:
    from matplotlib.ticker import MaxNLocator

    names = ["\n".join(textwrap.wrap(one_line(bar.label, most=60), 26)[:2]) for bar in figure.bars]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(max(len(names), 1) - 0.4, -0.6)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if figure.series:
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1.0), ncols=min(len(figure.series), 4), frameon=False, handlelength=1.8,
            borderaxespad=0.3, columnspacing=1.4,
        )  # fmt: skip
