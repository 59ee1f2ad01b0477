"""Similar items: pairs that may be the same work, for a person to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.domain.text import one_line
from store.file.database import Connection
from store.queries.describe import format_basis, parse_bases
from store.queries.describe_status import format_item_status
from store.queries.filter import Filter
from store.queries.rows import ItemRow
from store.queries.similar import SimilarPair, find_similar
from store.register import Register
from tui.background import Cancelled, work_in_background
from tui.desk.not_alike import not_alike, save_not_alike
from widgets.ask import Answer, Ask
from widgets.picker import Picker, PickOption

if TYPE_CHECKING:
    from tui.register_app import RegisterApp


def propose_similar(app: RegisterApp) -> None:
    """Find similar items in a worker, and list the pairs to decide on."""
    if app.refuse_read_only():
        return
    app.prepare_to_write()
    register, today, excluded_pairs = app.register, app.register.today(), not_alike(app.register)

    def work(cancelled: Cancelled) -> list[SimilarPair] | None:
        def read(conn: Connection) -> list[SimilarPair]:
            return find_similar(conn, Filter(), today, excluded_pairs=excluded_pairs, go_on=lambda: not cancelled())

        return register.file.read_interruptible(read, cancelled)

    work_in_background(app, work, lambda found: _show(app, register, found), group="alike")


def _show(app: RegisterApp, register: Register, pairs: list[SimilarPair]) -> None:
    """List the pairs; ask about the chosen one, then list those that are left."""
    if app.register is not register:
        return
    if not pairs:
        app.show_toast("There are no two items of different publications that look alike and are not tied already.")
        return

    def line(item: ItemRow) -> str:
        return f"{item.ref} {one_line(item.display_title, most=34)}"

    options = tuple(
        PickOption(str(n), f"{line(pair.one)} ~ {line(pair.other)}", count=round(pair.score * 100))
        for n, pair in enumerate(pairs)
    )

    def on_choice(chosen: str | None) -> None:
        if chosen is not None:
            _ask(app, register, pairs, pairs[int(chosen)])

    intro = "They share uncommon words: how many of a hundred is on the right. Choose a pair to say what it is."
    app.push_screen(Picker("May these be the same work?", options, intro=intro), on_choice)


def _ask(app: RegisterApp, register: Register, pairs: list[SimilarPair], pair: SimilarPair) -> None:
    """Ask what a pair is, and record that."""
    one, other = pair.one, pair.other
    answers = (
        Answer("w", "the same work: they are tied, and both are counted", "same-work"),
        Answer("a", f"{one.ref} is the same item as {other.ref}, and not counted any more", "one"),
        Answer("b", f"{other.ref} is the same item as {one.ref}, and not counted any more", "other"),
        Answer("n", "not alike: not proposed again at this desk", "not"),
    )

    def on_choice(answer: str | None) -> None:
        if answer is None:
            _show(app, register, pairs)
        elif answer == "not":
            with app.showing_errors():
                save_not_alike(register, pair.pair)
            _next(app, register, [left for left in pairs if left is not pair])
        else:
            _associate(app, register, pairs, pair, answer)

    app.push_screen(
        Ask(f"{one.ref} and {other.ref}", f"{_describe(one)}\n\n{_describe(other)}", answers, leave="back"), on_choice
    )


def _describe(item: ItemRow) -> str:
    basis = format_basis(parse_bases(item.basis).get("text"))
    text = f" {one_line(item.text, most=600)}" + (f" ({basis})" if basis else "") if item.text else ""
    return f"{item.ref} · {one_line(item.display_title, most=200)} · {format_item_status(item)[0]}.{text}"


def _associate(app: RegisterApp, register: Register, pairs: list[SimilarPair], pair: SimilarPair, answer: str) -> None:
    from store.commands import AddLink

    item, other = (pair.other, pair.one) if answer == "other" else (pair.one, pair.other)
    link: dict[str, Any] = {"item": item.id, "other": other.id}
    joined = answer != "same-work"
    link["relation"] = "same-as" if joined else "same-work"
    rest = [left for left in pairs if left is not pair and not (joined and item.id in left.pair)]
    app.do([AddLink.model_validate(link)], then=lambda _: _next(app, register, rest))


def _next(app: RegisterApp, register: Register, pairs: list[SimilarPair]) -> None:
    if pairs:
        _show(app, register, pairs)
