"""What taking a file would do, in words: for the screen that shows it before, and for the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.log.describe import NEW_NAME, count_of
from store.log.edits import describe_edits
from store.queries.rows import HistoryRow

if TYPE_CHECKING:
    from store.exchange.merge import MergePreview


def describe_preview(preview: MergePreview) -> list[str]:
    """A preview in sentences: counts, people, conflicts, and what has to be looked at."""
    lines = list(preview.file.states)
    if not preview.is_worth_taking:
        return [*lines, *preview.to_mind, "Nothing in it is new here."]
    lines += [f"{describe_edits((one,))}." for one in preview.people]
    if what := ", ".join(count_of(number, label) for label, number in preview.kinds):
        lines.append(f"{what}.")
    if preview.filled:
        lines.append(f"{count_of(preview.filled, 'value')} filled in that had been left out of this copy.")
    if preview.files:
        lines.append(f"{count_of(preview.files, 'file')} kept inside.")
    if preview.waiting:
        lines.append(
            f"{count_of(preview.waiting, 'change')} waiting for something that is in neither: kept, and not applied."
        )
    if preview.released:
        lines.append(f"{count_of(preview.released, 'change')} that waited here for something in it: applied now.")
    if preview.conflicts:
        lines.append(f"{count_of(len(preview.conflicts), 'field')} with two values: settle them now or later.")
    return [*lines, *preview.to_mind]


def describe_in_one_line(preview: MergePreview) -> str:
    """What decides about a file, in one line: what conflicts, who did how much, and what it fills in."""
    parts = [f"≠ {len(preview.conflicts):,} with two values"] if preview.conflicts else []
    parts += [describe_edits(preview.people)] if preview.people else []
    parts += [f"{preview.filled:,} filled in"] if preview.filled else []
    parts += [f"{count_of(preview.files, 'file')} kept inside"] if preview.files else []
    return " · ".join(parts)


def listed_rows(preview: MergePreview) -> list[HistoryRow]:
    """The new changes by person and item, in the order in which each was worked on; names that come in with them last,
    but for those of the people who wrote it, who are named with what they did."""
    places = {row.about: n for n, row in enumerate(reversed(preview.rows))}
    rows = [row for row in preview.rows if not (_is_name(row) and any(row.after == one.name for one in preview.people))]
    return sorted(rows, key=lambda row: (_is_name(row), row.author, places[row.about], row.n))


def _is_name(row: HistoryRow) -> bool:
    return (row.kind, row.field) == ("party", NEW_NAME)
