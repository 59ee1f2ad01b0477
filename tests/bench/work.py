"""What a lead does between two papers: attention, the nil return, many at once, themes, the ledger, queries, a day
past."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from functools import partial

from figures import COUNTS, FRAME, RUNS, SAVE, START, Figure, first_hits, percentile, timed
from keys import moving, saving, to_list
from registers import SAMPLE, Case
from seen import counted, cursor_line, has_rows, has_tallies, has_text, has_toast, title
from start import bare_rows
from terminal import Overdue, Picture, Terminal

TURNS = 10
"""Saves that a figure is taken of."""

AT_ONCE = 5
"""So many items are edited together within a save's budget."""


def the_work(case: Case) -> Iterator[Figure]:
    """All of it at one size, the last in sessions of somebody who acts for a lead."""
    terminal = case.start()
    terminal.until(has_rows, terminal.started)
    terminal.settle(1.0)
    yield from attention(case, terminal)
    to_list(terminal)
    terminal.settle(0.5)
    yield from queries(case, terminal)
    ask(terminal, "status:delayed")
    yield from nothing_new(case, terminal)
    yield from bulk_edits(case, terminal)
    yield from all_shown(case, terminal)
    yield from themes(case, terminal)
    yield from ledger(case, terminal)
    yield from past(case, terminal)
    terminal.close()
    yield from mine(case)


def one(case: Case, what: str, took: float, budget: float | None) -> Figure:
    """The figure of what was done once."""
    return timed(case.clear_values(what), [took], budget)


# -- screens


def needs_attention(picture: Picture) -> bool:
    """Whether Attention is there, with its rows."""
    return bool(picture.line_after("Ref", "Why").strip("▌ …"))


def attention(case: Case, terminal: Terminal) -> Iterator[Figure]:
    """What needs attention of everybody's: its first rows, and moving in it."""
    now = terminal.send("3")
    budget = 50.0 if case.size == SAMPLE else COUNTS
    yield one(case, "attention: first rows", terminal.until(needs_attention, now), budget)
    terminal.settle(0.5)
    yield from moving(terminal, lambda what: case.clear_values(f"attention, {what}"), case.size == SAMPLE)


def themes(case: Case, terminal: Terminal) -> Iterator[Figure]:
    """Themes, then the same table turned to outcomes and to leads."""
    now = terminal.send("4")
    took = terminal.until(has_text("Theme   Outcome   Lead"), now)
    yield one(case, "themes: the screen", took, first_hits(case.size))
    yield one(case, "themes: the counts", terminal.until(has_tallies("Theme"), now), COUNTS)
    for name in ("Outcome", "Lead"):
        terminal.settle(0.5)
        now = terminal.send("t")
        yield one(case, f"turned to {name.lower()}s: the counts", terminal.until(has_tallies(name), now), COUNTS)
    terminal.settle(0.5)


def waits(picture: Picture) -> bool:
    """Whether the remain-open ledger is there, with its rows."""
    return has_text("action: ")(picture) and bool(picture.line_after("Ref", "Sent").strip("▌ …"))


def ledger(case: Case, terminal: Terminal) -> Iterator[Figure]:
    """The remain-open ledger: its rows, and moving in it. It is left again."""
    yield one(case, "the ledger: its rows", terminal.until(waits, terminal.send("l")), COUNTS)
    terminal.settle(0.5)
    yield from moving(terminal, lambda what: case.clear_values(f"the ledger, {what}"), case.size == SAMPLE)
    terminal.send("l")
    terminal.settle(0.5)


def past(case: Case, terminal: Terminal) -> Iterator[Figure]:
    """The register as at a month before, and back to the present."""
    terminal.until(has_text("See the register as at"), terminal.send("ctrl+d"))
    terminal.settle(0.3)
    terminal.send("18 August 2024")
    terminal.settle(0.3)
    now = terminal.send("ctrl+s")
    yield one(case, "as at a month back: its screen", terminal.until(has_text("AS AT 18"), now, wait=900), None)
    terminal.settle(0.5)
    now = terminal.send("escape")
    yield one(case, "back from it", terminal.until(has_toast("the present register again"), now), None)
    terminal.settle(0.5)


# -- queries


def ask(terminal: Terminal, query: str) -> tuple[float, float]:
    """Type a query; milliseconds from the key that ends it to the first hits, and to the counts."""
    terminal.until(has_text("Show what fits a query"), terminal.send(":"))
    terminal.settle(0.3)
    terminal.send(query)
    terminal.settle(0.3)
    now = terminal.send("enter")
    narrowed = terminal.until(
        lambda picture: (
            not has_text("Show what fits a query")(picture)
            and title(picture)[1:11] not in ("", "Everything")
            and has_rows(picture)
        ),
        now,
    )
    took = terminal.until(counted, now)
    terminal.settle(0.3)
    return narrowed, took


def queries(case: Case, terminal: Terminal) -> Iterator[Figure]:
    """Typed queries, each on the whole list."""
    for query in ("status:delayed", "status:open age>2y", "moved>=1 due<2026", "note:training status:open"):
        narrowed, took = ask(terminal, query)
        yield one(case, f"query {query}: first hits", narrowed, first_hits(case.size))
        yield one(case, f"query {query}: counts", took, COUNTS)
        terminal.send("x")
        terminal.settle(0.5)


# -- saves


def revert(terminal: Terminal) -> float:
    """Take the newest change back; milliseconds until that is shown."""
    took = terminal.until(has_toast("Taken back"), terminal.send("u"))
    terminal.settle(0.3)
    return took


def nothing_new(case: Case, terminal: Terminal) -> Iterator[Figure]:
    """The nil return, item by item down the list, each taken back again."""
    times, back = [], []
    for turn in range(TURNS + 1):
        terminal.press("down" if turn % 12 < 10 else "up")
        ref = cursor_line(terminal.picture).split()[1].rstrip("…")
        took = terminal.until(has_toast(ref, ": nothing new"), terminal.send("."))
        terminal.settle(0.3)
        undone = revert(terminal)
        if turn:
            times.append(took)
            back.append(undone)
    yield timed(case.clear_values("nothing new: until it is told"), times, SAVE)
    yield timed(case.clear_values("taking it back: until it is told"), back, SAVE)


def previewed(picture: Picture) -> bool:
    """Whether a preview is there, with its rows."""
    return has_text("will change")(picture) and any("│ ▌" in line for line in picture.lines)


def open_target(terminal: Terminal, day: str) -> float:
    """Open the dialog that moves the target of what is ticked, and type a day; returns the milliseconds to the
    dialog."""
    took = terminal.until(has_text("Move the target of"), terminal.send("t"))
    terminal.settle(0.3)
    terminal.send(day)
    terminal.settle(0.3)
    return took


def bulk_edits(case: Case, terminal: Terminal) -> Iterator[Figure]:
    """Ticks, and the target of a few items moved together and back, in the list that is shown."""
    ticks = [terminal.press("space").first for _ in range(15)]
    terminal.press("escape")
    ticks += [terminal.press("space").first for _ in range(5)]
    terminal.press("escape")
    yield timed(case.clear_values("a tick"), ticks, FRAME)
    figures: dict[str, list[float]] = {}
    for turn in range(TURNS + 1):
        terminal.send("home")
        terminal.settle(0.2)
        for _ in range(AT_ONCE):
            terminal.press("space")
        dialog = open_target(terminal, f"{turn + 1} July 2027")
        preview = terminal.until(previewed, terminal.send("ctrl+s"))
        terminal.settle(0.3)
        took = terminal.until(has_toast(f"and {AT_ONCE - 1} more", "takes it back"), terminal.send("ctrl+s"))
        terminal.settle(0.3)
        undone = revert(terminal)
        if turn:
            for what, figure in (
                ("the dialog", dialog),
                ("the preview", preview),
                ("taken, until it is told", took),
                ("taken back, until it is told", undone),
            ):
                figures.setdefault(what, []).append(figure)
    for what, times in figures.items():
        yield timed(case.clear_values(f"five ticked: {what}"), times, None if what == "the dialog" else SAVE)


def all_shown(case: Case, terminal: Terminal) -> Iterator[Figure]:
    """As many as may be edited together: ticked by one key, and what would change of them; nothing is taken."""
    query, many = whole_publications(case)
    ask(terminal, query)
    terminal.settle(0.5)
    terminal.send("home")
    terminal.settle(0.3)
    now = terminal.send("*")
    yield one(case, f"all {many:,} ticked", terminal.until(has_text("ticked ·"), now), None)
    terminal.settle(0.3)
    open_target(terminal, "20 July 2027")
    took = terminal.until(previewed, terminal.send("ctrl+s"), wait=300)
    yield one(case, f"{many:,} ticked: the preview", took, None)
    terminal.settle(0.5)
    keys = [terminal.press(key).first for key in ["down", "up"] * 15]
    yield timed(case.clear_values(f"{many:,} ticked: moving in the preview"), keys, FRAME)
    terminal.send("escape")
    terminal.settle(0.3)
    terminal.send("escape")
    terminal.settle(0.3)


def whole_publications(case: Case) -> tuple[str, int]:
    """A query for as many items of whole publications as may be edited together, and how many those are."""
    from store.queries.filter import Filter
    from store.queries.item_list import seqs
    from store.queries.publications import publications
    from store.register import Register
    from tui.dialogs.selection import MAX_ITEMS

    register = Register.open(case.register)
    codes: tuple[str, ...] = ()
    many = 0
    for row in publications(register.conn):
        if row.code is None:
            continue
        shown = Filter(parts=True, publication=(*codes, row.code))
        found = sum(len(piece) for piece in seqs(register.conn, shown, "ref", register.today()))
        if found <= MAX_ITEMS:
            codes, many = shown.publication, found
        if many > 0.9 * MAX_ITEMS:
            break
    register.close()
    return f"publication:{','.join(codes)}", many


# -- mine


def busiest_lead(case: Case) -> str:
    """The lead who has the most items."""
    from store.queries.facets import facet
    from store.queries.filter import NO_LEAD, Filter
    from store.register import Register

    register = Register.open(case.register)
    found = facet(register.conn, Filter(parts=True), "lead", register.today())
    register.close()
    return max((pair for pair in found if pair[0] != NO_LEAD), key=lambda pair: pair[1])[0]


def mine(case: Case) -> Iterator[Figure]:
    """Somebody who acts for the busiest lead: the start, in turns with the bare app's, and a status change."""
    lead = busiest_lead(case)
    runs: dict[str, list[float]] = {}
    for turn in range(RUNS + 1):
        for name, start, seen in (
            ("bare", case.start_bare, bare_rows),
            ("mine", partial(case.start, (lead,)), has_rows),
        ):
            terminal = start()
            took = terminal.until(seen, terminal.started)
            if turn:
                runs.setdefault(name, []).append(took)
            terminal.settle(0.2)
            if turn < RUNS or name == "bare":
                terminal.close()
    bare, median, worst = statistics.median(runs["bare"]), statistics.median(runs["mine"]), percentile(runs["mine"], 1)
    ratio = median / bare
    yield Figure(case.clear_values("mine: first useful screen, against bare"), ratio, worst / bare, "×", START, ratio)
    try:
        numbers = terminal.until(has_text("Mine: "), terminal.started, 10.0)
        yield one(case, "mine: the numbers, from the start", numbers, None)
    except Overdue:
        print(f"({case.size:,}: the lead has too many items for their numbers to be told)", flush=True)
    terminal.settle(0.5)
    yield from saving(case, terminal, "mine")
    now = terminal.send("3")
    yield one(case, "mine: attention, first rows", terminal.until(needs_attention, now), COUNTS)
    terminal.settle(0.3)
    terminal.close()
