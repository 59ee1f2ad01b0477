"""The table of key bindings: the bottom line, the help, the palette and the README are generated from it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.binding import BindingType

EVERYWHERE = "everywhere"
ITEM = "an item"
TICKS = "a list of items"
LIST = "the list of recommendations"
ATTENTION = "attention"
PUBLICATIONS = "publications"
HISTORY = "history"
SHARE = "share"
IMPORT = "an import"
ROUND = "a round"
RECEIVE = "what is received"
DIFFERENCES = "what differs"
CONFLICTS = "two values"
THEMES = "themes"
ROWS = "any list or page"
PAPER = "the paper"
CHART = "a chart"
CHECK = "what a check found"


@dataclass(frozen=True, slots=True)
class Key:
    """A key binding: the action's name, its keys, a word for the bottom line, a sentence, and where it acts."""

    action: str
    keys: tuple[str, ...]
    label: str
    tip: str
    where: str
    footer: int = 0
    """Its position in the bottom line from the left, and its importance: where there is no room the highest are left
    out, but for the last two. 0 for in the help only."""


KEYS: tuple[Key, ...] = (
    Key("go('publications')", ("1",), "Publications", "go to the publications", EVERYWHERE),
    Key("go('recommendations')", ("2",), "Recommendations", "go to the recommendations", EVERYWHERE),
    Key("go('attention')", ("3",), "Attention", "see what needs attention", EVERYWHERE),
    Key("go('themes')", ("4",), "Themes", "see where each theme, outcome and lead stands", EVERYWHERE),
    Key("go('paper')", ("5",), "Paper", "write the paper to a committee", EVERYWHERE),
    Key("go('share')", ("6",), "Share", "hand a file on", EVERYWHERE),
    Key("go('history')", ("7",), "History", "see every change", EVERYWHERE),
    Key("chart", ("g",), "charts", "see it as charts: by publication, over time, by age", EVERYWHERE),
    Key("status", ("s",), "status", "change the status: one panel, one more key; l in it for a lead's part", ITEM, 1),
    Key("note", ("n",), "note", "add a note", ITEM, 2),
    Key("send", ("e",), "send", "send evidence to the inspectorate", ITEM, 3),
    Key("reply", ("r",), "reply", "record a reply, and who has to act next", ITEM, 8),
    Key("nothing_new", ("full_stop",), "nothing new", "say that it stands as it did: the nil return", ITEM, 4),
    Key("target", ("t",), "target", "move the target, with a reason", ITEM, 12),
    Key("promise", ("p",), "promise", "add an action or promise, correct one, or say that it is done", ITEM, 5),
    Key("correct", ("c",), "correct", "correct text, number, theme, leads, outcomes, links, or a note", ITEM, 7),
    Key("evidence", ("i",), "evidence", "list the evidence files, open one, cite another on a note", ITEM),
    Key("pack", (), "pack of evidence", "write the pack of evidence: a cover sheet, an index and the files", ITEM),
    Key("copy", ("y",), "copy", "copy the reference and text", ITEM),
    Key("tab(-1)", ("left_square_bracket",), "tab before", "the tab before, in the pane", ITEM),
    Key("tab(1)", ("right_square_bracket",), "tab after", "the tab after, in the pane", ITEM, 18),
    Key("scroll_pane(-1)", ("shift+up", "ctrl+up"), "pane up", "read the pane upwards", ITEM),
    Key("scroll_pane(1)", ("shift+down", "ctrl+down"), "pane down", "read the pane downwards", ITEM),
    Key("open", ("enter",), "open", "open what the cursor is on", ROWS, 6),
    Key("tick", ("space",), "tick", "tick it: what is ticked takes the next edit together", TICKS, 9),
    Key("tick_all", ("asterisk",), "tick all", "tick all that are shown, or none", TICKS),
    Key("search", ("slash", "ctrl+f"), "search", "search as you type, in references, texts and notes", LIST, 13),
    Key("filter", ("f",), "filter", "filter by status, theme, publication and more", LIST, 11),
    Key("clear", ("x",), "clear", "clear the filter", LIST, 15),
    Key("mine", ("m",), "mine", "show mine, or all", LIST, 16),
    Key("views", ("v",), "views", "pick a view, keep this list as one, choose its columns", LIST, 14),
    Key("query", ("colon",), "query", "type what is to be shown, as a query", LIST),
    Key("sort", ("o",), "sort", "choose what to sort by", LIST, 17),
    Key("add", ("a",), "add", "add a recommendation or commitment", LIST, 10),
    Key("mine", ("m",), "mine", "show mine, or all", ATTENTION, 16),
    Key("add", ("a",), "add", "add a publication", PUBLICATIONS, 3),
    Key("correct_publication", ("c",), "correct", "correct the publication, or a note on it", PUBLICATIONS, 2),
    Key("note", ("n",), "note", "add a note to the publication", PUBLICATIONS, 1),
    Key("scroll_pane(-1)", ("shift+up", "ctrl+up"), "pane up", "read the notes upwards", PUBLICATIONS),
    Key("scroll_pane(1)", ("shift+down", "ctrl+down"), "pane down", "read the notes downwards", PUBLICATIONS),
    Key("turn", ("t",), "turn", "turn the table: themes, outcomes, leads", THEMES, 1),
    Key("filter", ("f",), "filter", "open those of the line that stand one way: delayed, closed and so on", THEMES, 2),
    Key("note", ("n",), "note", "add a note to the theme, of what was learned", THEMES, 3),
    Key("scroll_pane(-1)", ("shift+up", "ctrl+up"), "pane up", "read what was learned upwards", THEMES),
    Key("scroll_pane(1)", ("shift+down", "ctrl+down"), "pane down", "read what was learned downwards", THEMES),
    Key("tab(-1)", ("left_square_bracket",), "tab before", "the tab before", PAPER),
    Key("tab(1)", ("right_square_bracket",), "tab after", "the tab after", PAPER, 1),
    Key("write_paper", ("w",), "write out", "write the paper out: as Word, HTML or Markdown", PAPER, 2),
    Key(
        "check_paper",
        ("h",),
        "check",
        "choose a paper to check, line by line, the one checked last first; or the register itself",
        PAPER,
        3,
    ),
    Key(
        "fix",
        ("number_sign",),
        "fix figures",
        "fix the figures: store where every item of it is, asked first",
        PAPER,
        4,
    ),
    Key("confirm", ("full_stop",), "confirm", "confirm the text under the cursor as it is, and go on", PAPER, 5),
    Key(
        "correct_paper",
        ("c",),
        "correct",
        "correct the paper: its head, form, publications, or a text taken away",
        PAPER,
        6,
    ),
    Key("add", ("a",), "add", "add a paper", PAPER, 7),
    Key(
        "receive_texts",
        ("i",),
        "texts from Word",
        "bring texts home from a Word file of the paper, previewed",
        PAPER,
        8,
    ),
    Key("scroll_pane(-1)", ("shift+up", "ctrl+up"), "pane up", "read the pane upwards", PAPER),
    Key("scroll_pane(1)", ("shift+down", "ctrl+down"), "pane down", "read the pane downwards", PAPER),
    Key("accept", ("z",), "not a fault", "not a fault, because …; or a fault after all", CHECK, 1),
    Key(
        "open", ("enter",), "items", "open the items behind it; of what was not read, show or hide the lines", CHECK, 2
    ),
    Key("accepted", ("m",), "accepted", "show what was accepted as no fault too, or hide it", CHECK, 3),
    Key("check_paper", ("h",), "check", "choose a paper to check, this one first", CHECK, 4),
    Key("scroll_pane(-1)", ("shift+up", "ctrl+up"), "pane up", "read the place in the paper upwards", CHECK),
    Key("scroll_pane(1)", ("shift+down", "ctrl+down"), "pane down", "read the place in the paper downwards", CHECK),
    Key("turn", ("t",), "numbers", "the numbers as a table, or the chart again", CHART, 1),
    Key("tab(-1)", ("left_square_bracket",), "chart before", "the chart before", CHART),
    Key("tab(1)", ("right_square_bracket",), "chart after", "the chart after", CHART, 2),
    Key("filter", ("f",), "filter", "filter the history by person, item, kind or day", HISTORY, 1),
    Key("clear", ("x",), "clear", "show the whole history", HISTORY, 2),
    Key("undo_this", ("t",), "take back", "take back the action under the cursor", HISTORY, 3),
    Key("as_at", ("d",), "as at a day", "see the register as on the day of the change under the cursor", HISTORY, 4),
    Key(
        "mark_reason",
        ("m",),
        "mark the reason",
        "mark the reason that the action gives: OFFICIAL or OFFICIAL-SENSITIVE",
        HISTORY,
        6,
    ),
    Key("differences", ("equals_sign",), "what changed", "see what changed between two days, item by item", HISTORY, 5),
    Key("write_file", ("w",), "write", "write a file to hand on", SHARE, 1),
    Key(
        "receive",
        ("i",),
        "receive",
        "take in a register that comes back, all those of a folder, or a tracker",
        SHARE,
        2,
    ),
    Key("round", ("r",), "round", "send each lead their items, and see what came back", SHARE, 3),
    Key(
        "hand_over",
        ("h",),
        "hand over, take over",
        "hand a lead's open items over, or take them over, previewed",
        SHARE,
        4,
    ),
    Key("send_round", ("w",), "send", "send each lead their items: a file and a text to mail for each", ROUND, 1),
    Key("receive", ("i",), "receive", "take in what comes back", ROUND, 2),
    Key("copy_mail", ("y",), "copy the text", "copy the text to mail to the lead under the cursor", ROUND, 3),
    Key("take", ("ctrl+s",), "take them", "take in what is shown, each file whole", RECEIVE, 1),
    Key("leave_out", ("space",), "leave out or take", "leave out the file under the cursor, or take it", RECEIVE, 2),
    Key(
        "differences",
        ("equals_sign",),
        "what differs",
        "see what differs between the file under the cursor and my register, item by item",
        RECEIVE,
        3,
    ),
    Key("scroll_pane(-1)", ("shift+up", "ctrl+up"), "pane up", "read both values upwards", DIFFERENCES),
    Key("scroll_pane(1)", ("shift+down", "ctrl+down"), "pane down", "read both values downwards", DIFFERENCES),
    Key("settle_mine", ("m",), "mine", "settle it: what was written here holds", CONFLICTS, 1),
    Key("settle_theirs", ("t",), "theirs", "settle it: what came from elsewhere holds", CONFLICTS, 2),
    Key(
        "settle_all",
        ("a",),
        "all of one person",
        "settle all with what one person wrote, but for replies, stages, markings and withdrawals; previewed",
        CONFLICTS,
        3,
    ),
    Key("preview_import", ("ctrl+s",), "see the rows", "see what each row becomes, and take them", IMPORT, 1),
    Key(
        "keep_choices",
        ("w",),
        "keep choices",
        "keep what columns and words are in a file, for its next edition",
        IMPORT,
        2,
    ),
    Key("use_choices", ("v",), "use choices", "use choices that were kept", IMPORT, 3),
    Key(
        "ledger",
        ("l",),
        "ledger",
        "see what waits for a reply, and what the inspectorate would not discharge",
        EVERYWHERE,
    ),
    Key(
        "conflicts", ("b",), "both values", "see what two people wrote differently, and settle which holds", EVERYWHERE
    ),
    Key("undo", ("u", "ctrl+z"), "undo", "take back your newest change", EVERYWHERE, 19),
    Key("redo", ("ctrl+r", "ctrl+y"), "redo", "do again what was taken back", EVERYWHERE),
    Key("as_at", ("ctrl+d",), "as at", "see the register as on a day, and come back from it", EVERYWHERE),
    Key(
        "differences",
        ("equals_sign",),
        "what differs",
        "see what changed between two days, or what differs from mine in a file that is read-only",
        EVERYWHERE,
    ),
    Key(
        "hand_over",
        (),
        "hand over, take over",
        "hand a lead's open items over, or take them over, previewed",
        EVERYWHERE,
    ),
    Key("join_leads", (), "one lead", "say that two names are one lead, or no longer", EVERYWHERE),
    Key("handover_page", (), "hand-over page", "write a page for whoever takes on a lead's items", EVERYWHERE),
    Key("check_paper", (), "check a paper", "check a paper before members read it: Word, Markdown or text", EVERYWHERE),
    Key("import_tracker", (), "import a tracker", "take in a spreadsheet, CSV or JSON file", EVERYWHERE),
    Key("alike", (), "alike", "propose items that may be the same work", EVERYWHERE),
    Key("colours", (), "colours", "choose the colours: dark, light or monochrome", EVERYWHERE),
    Key("open_file", ("ctrl+o",), "open", "open a file", EVERYWHERE),
    Key("new_file", ("ctrl+n",), "new", "start a register of one's own", EVERYWHERE),
    Key(
        "register", ("ctrl+e",), "register", "correct the register's title, marking, day and next committee", EVERYWHERE
    ),
    Key("who", ("ctrl+w",), "who", "say who is writing, and whom you act for", EVERYWHERE),
    Key(
        "save_copy", ("ctrl+k",), "save as mine", "save a read-only file as my own register, and work in it", EVERYWHERE
    ),
    Key("command_palette", ("ctrl+p",), "commands", "every command by name", EVERYWHERE),
    Key("help", ("question_mark", "f1"), "help", "help for where you are, and the words", EVERYWHERE, 20),
    Key("quit", ("q", "ctrl+q"), "quit", "quit", EVERYWHERE, 21),
)

_SHOWN = {
    "slash": "/",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "f1": "F1",
    "full_stop": ".",
    "colon": ":",
    "asterisk": "*",
    "number_sign": "#",
    "equals_sign": "=",
}

MOVING = (
    ("j k ↑ ↓", "move"),
    ("pgup pgdn", "move by a page"),
    ("home end", "first and last"),
    ("esc", "back to where you came from"),
)
"""Keys of the lists themselves, shown in the help beside those of ROWS."""


PALETTE = "ctrl+p"
"""The key of the command palette, which runs the actions that have no key of their own."""


def format_key(key: str) -> str:
    """A key as people write it: / and ctrl+f."""
    return _SHOWN.get(key, key)


def format_keys(key: Key) -> str:
    """All the keys of one binding; one without any is run by ctrl+p."""
    return " ".join(format_key(k) for k in key.keys) or PALETTE


def keys_for(*places: str) -> list[Key]:
    """The keys that act in these places, in the table's order."""
    return [key for key in KEYS if key.where in places]


EDITS = frozenset(
    {"status", "note", "send", "reply", "nothing_new", "target", "promise", "correct", "correct_publication", "add", "undo",
     "undo_this", "accept", "tick", "receive", "hand_over", "round", "send_round", "take", "settle_mine", "settle_theirs", "settle_all", "fix",
     "confirm", "correct_paper", "receive_texts"}
)  # fmt: skip
"""The actions that change the register: not shown where it is open read-only."""


def footer_for(*places: str, read_only: bool = False) -> list[Key]:
    """The keys for the bottom line, in the order they are shown; without EDITS where the register is open read-only."""
    shown = (key for key in keys_for(*places) if key.footer and not (read_only and key.action in EDITS))
    return sorted(shown, key=lambda key: key.footer)


def footer_while_ticked(*, read_only: bool = False) -> list[Key]:
    """The keys for the bottom line while items are ticked: those that act on all of them."""
    edits = [key for key in footer_for(ITEM, read_only=read_only) if key.action in EDITS]
    return [*edits, *footer_for(TICKS, read_only=read_only)]


def bindings(*places: str) -> list[BindingType]:
    """Textual's bindings for these places; letters are bound in either case, because of Caps Lock."""
    from textual.binding import Binding

    return [
        Binding(",".join(_either_case(key.keys)), key.action, key.label, tooltip=key.tip, show=False)
        for key in keys_for(*places)
        if key.keys
    ]


def _either_case(keys: tuple[str, ...]) -> list[str]:
    return [k for key in keys for k in ([key, key.upper()] if len(key) == 1 and key.isalpha() else [key])]


def readme_table() -> str:
    """The README's table of keys, in Markdown; `python -m tui.keys` prints it."""
    lines = ["| where | key | does |", "|---|---|---|"]
    for place in (
        ITEM,
        TICKS,
        LIST,
        ATTENTION,
        PUBLICATIONS,
        THEMES,
        PAPER,
        CHECK,
        CHART,
        HISTORY,
        SHARE,
        ROUND,
        RECEIVE,
        DIFFERENCES,
        CONFLICTS,
        IMPORT,
        EVERYWHERE,
        ROWS,
    ):
        for n, key in enumerate(keys_for(place)):
            keys = " ".join(f"`{format_key(k)}`" for k in key.keys) or f"`{PALETTE}`, by name"
            lines.append(f"| {'' if n else place} | {keys} | {key.tip} |")
    for key_names, tip in MOVING:
        keys = " ".join(f"`{k}`" for k in key_names.split())
        lines.append(f"|  | {keys} | {tip} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(readme_table())
