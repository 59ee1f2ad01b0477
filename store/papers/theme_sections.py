"""Sections of a paper about themes: how many items have each, and what was learned under it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from store.papers.document import Cell, Span
from store.papers.forms import FormSection
from store.papers.frame import Frame
from store.papers.summary_sections import count, noun, used_statuses
from store.queries.describe import basis_of, parse_bases
from store.queries.item_detail import entity_rows
from store.queries.papers import ItemState
from store.queries.rows import EntityRow

NO_THEME = "No theme recorded"


def themes(frame: Frame, section: FormSection) -> None:
    """Themes with their definitions, counts and what was learned."""
    items = list(frame.states.values())
    names = _names(frame)
    if section.flag("definitions"):
        defined = [row for row in _themes(frame) if row.fields["definition"]]
        defined = [row for row in defined if row.fields["name"] in names.values() or row.fields["publication"] is None]
        frame.explain_whose_words(defined, "definition")
        for row in defined:
            text = frame.with_basis(str(row.fields["definition"]), basis_of(row, "definition"))
            frame.bullet(Span(f"{row.fields['name']}: ", strong=True), text)
        frame.ours_unmarked = False
    if section.flag("counts"):
        _counts(frame, items, names, "Recommendations by theme" if not frame.form.apart else "Commitments by theme")
    if section.flag("learned"):
        _learned(frame)


def recurring(frame: Frame, section: FormSection) -> None:
    """The themes of what is open, the most frequent first, and what was learned."""
    items = frame.open_items()
    if not items:
        frame.paragraph("Nothing is open.")
        return
    _counts(frame, items, _names(frame), "Open recommendations by theme")
    _learned(frame)


def _names(frame: Frame) -> dict[str, str]:
    """The theme of each item that has one."""
    sql = "SELECT id, theme_name FROM recommendation WHERE theme_name IS NOT NULL AND id IN (SELECT value FROM json_each(?))"
    return dict(frame.conn.execute(sql, (json.dumps([*frame.states]),)).fetchall())


def _themes(frame: Frame) -> Sequence[EntityRow]:
    return entity_rows(frame.conn, "theme", "SELECT * FROM theme WHERE withdrawn = 0 ORDER BY position, name", ())


def _counts(frame: Frame, items: Sequence[ItemState], names: dict[str, str], caption: str) -> None:
    bases = frame.bases_of(items)
    by_theme: dict[str, list[ItemState]] = {}
    for item in items:
        by_theme.setdefault(names.get(item.id, NO_THEME), []).append(item)
    used = [(status, label) for status, label in used_statuses(items) if any(item.status == status for item in items)]
    order = sorted(by_theme, key=lambda name: (name == NO_THEME, -len(by_theme[name]), name))
    rows: list[list[Cell | str]] = []
    for name in order:
        of = by_theme[name]
        guessed = any(parse_bases(bases[item.id]).get("theme") == "assigned" for item in of)
        label = frame.marked(name, "assigned" if guessed else "")
        rows.append([label, count(of), *(count(of, status) for status, _ in used)])
    if not rows:
        frame.paragraph(f"There are no {noun(frame, 0).removeprefix('0 ')} to count.")
        return
    if len(rows) > 1:
        rows.append(
            [
                Cell("Total", strong=True),
                count(items, strong=True),
                *(count(items, status, strong=True) for status, _ in used),
            ]
        )
    header = ("Theme", "Total", *(label for _, label in used))
    frame.table(caption, header, rows, numeric=range(1, len(header)), widths=(34, *(14,) * (len(header) - 1)))


def _learned(frame: Frame) -> None:
    """What was learned under each theme, in a table as a committee reads it."""
    rows = entity_rows(
        frame.conn,
        "note",
        "SELECT DISTINCT n.*, t.name AS theme, t.position AS place FROM note n JOIN note_on o ON o.note = n.id "
        "AND o.withdrawn = 0 LEFT JOIN recommendation r ON r.id = o.recommendation LEFT JOIN theme t "
        "ON t.id = COALESCE(o.theme, r.theme) WHERE n.kind = 'learning' AND n.withdrawn = 0 AND n.left_out = 0 "
        "AND (o.theme IS NOT NULL OR r.id IN (SELECT value FROM json_each(?))) "
        "ORDER BY t.position, t.name, COALESCE(n.dated_latest, ''), n.recorded, n.id",
        (json.dumps([*frame.states]),),
    )
    by_theme: dict[str, list[EntityRow]] = {}
    for row in rows:
        if row.fields["text"]:
            by_theme.setdefault(str(row.fields["theme"] or NO_THEME), []).append(row)
    if not by_theme:
        return
    frame.include_all(rows)
    bases = {basis_of(row, "text") for row in rows}
    same = next(iter(bases)) if len(bases) == 1 else ""
    cells: list[list[Cell | str]] = []
    for name, notes in by_theme.items():
        texts = [
            str(note.fields["text"]) if same else frame.with_basis(str(note.fields["text"]), basis_of(note, "text"))
            for note in notes
        ]
        cells += [[name if n == 0 else "", text] for n, text in enumerate(texts)]
    caption = frame.with_basis("What was learned, by theme", same)
    frame.table(caption, ("Theme", "What was learned"), cells, widths=(24, 76))
