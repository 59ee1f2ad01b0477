"""A paper as a list of blocks, between what composes it and what writes it as Word, HTML or Markdown.

Nothing here knows of the register or of a file format. A number that was counted has the ids of the items behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a numbered section, 2 and 3 lie under it. `number` is what is printed before it: "2.3.1"."""

    text: str
    level: int = 1
    number: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one style. `bookmark` names the caption ("figure-1") that it refers to, "" for plain text."""

    text: str
    strong: bool = False
    emphasis: bool = False
    bookmark: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `number` is a paragraph number ("2.2"), "" for none. A bullet is drawn as one of a list."""

    spans: tuple[Span, ...]
    number: str = ""
    bullet: bool = False
    items: tuple[str, ...] = ()
    """The ids of the items that it counts or describes."""


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A place for text that people write for this paper: its text, and whether anybody has confirmed it.

    Word gets a content control around it, by which an edited text is found again.
    """

    section: str
    publication: str = ""
    """The code of the publication that it is about; "" for none."""
    text: str = ""
    """What a person wrote, else the form's default; "" prints nothing but, in a draft, `prompt`."""
    prompt: str = ""
    """What is to be written here: printed only in a draft, and only where the text is empty."""
    written: bool = False
    """Whether a person wrote or confirmed the text."""
    number: str = ""
    warnings: tuple[str, ...] = ()
    """What it speaks of and has changed since it was written; printed only in a draft."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its text, and of a count the ids of the items behind it."""

    text: str
    items: tuple[str, ...] = ()
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Without a caption it has no number: the table at a paper's head."""

    header: tuple[str, ...]
    """The headings of the columns; empty where the first column holds the headings."""
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    label: str = ""
    """What goes before the caption: "Table 3"."""
    bookmark: str = ""
    numeric: frozenset[int] = frozenset()
    """The columns whose cells are aligned as numbers."""
    widths: tuple[int, ...] = ()
    """The relative widths of the columns; empty for equal ones."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a figure: what it is of, and a count for each of the figure's series."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """Stacked bars, drawn as a picture that is legible in black and white. Its numbers are in a table after it."""

    caption: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    alt: str
    """The figure in words, for those who do not see it."""
    label: str = ""
    bookmark: str = ""


Block = Heading | Paragraph | WrittenText | Table | Figure


@dataclass(frozen=True, slots=True)
class Document:
    """A whole paper."""

    title: str
    marking: str
    """Printed in the head and the foot of every page."""
    head: Table | None = None
    """The table at its head: meeting, date, place, title, presenter."""
    foot: str = ""
    """What the foot has beside the page number: "DRAFT", or when its figures were fixed."""
    draft: bool = True
    missing: tuple[str, ...] = ()
    """What is missing: a sentence each, printed at the head of a draft."""
    blocks: tuple[Block, ...] = ()
    legend: tuple[str, ...] = field(default=())
    """The marks that are used and what they mean, printed at its end."""
    paper: str = ""
    """The id of the paper, by which texts edited in Word are known to be of it."""
    form: str = ""
    """The name of the form that it is in, and in `lead` whose page it is: so that it can be composed again."""
    lead: str = ""
    short: bool = False
    """Whether it is to fit on a page: in Word its type is smaller and set closer, and its margins are narrow."""
