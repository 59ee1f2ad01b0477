"""The command line: one click command a file, over the same store as the screens."""

from __future__ import annotations

COMMANDS = {
    "new": "files.new",
    "keep": "files.keep",
    "list": "list_items.list_items",
    "publications": "publications.publications_list",
    "show": "show.show",
    "add": "add.add",
    "edit": "edit_work.edit",
    "set": "set.set_status",
    "note": "set.note",
    "submit": "replies.submit",
    "reply": "replies.reply",
    "nothing-new": "replies.nothing_new",
    "attention": "attention.attention_list",
    "ledger": "ledger.ledger_command",
    "themes": "themes.themes",
    "chart": "chart.chart",
    "log": "history.log",
    "undo": "history.undo",
    "redo": "history.redo",
    "export": "export.export",
    "handover": "handover.handover",
    "import": "import_file.import_file",
    "round": "round.round_command",
    "send-back": "send_back.send_back",
    "merge": "merge.merge",
    "diff": "diff.diff",
    "conflicts": "merge.conflicts_command",
    "view": "views.view",
    "paper": "paper.paper",
    "alike": "alike.alike_items",
    "cite": "evidence.cite",
    "evidence": "evidence.evidence",
    "pack": "pack.pack",
    "check": "check.check",
    "check-file": "files.check_file",
    "completion": "files.completion",
}
"""Where each command is, by its name: the file in this room, and its name there. One takes precedence over a file of that
name."""
