"""A whole paper as text, on a page of its own."""

from __future__ import annotations

from textual.app import ComposeResult

from store.papers.document import Document
from tui.screens.base import PageScreen
from tui.tables.paper_pane import text_lines
from widgets.pane import Pane


class PaperTextScreen(PageScreen):
    """The paper as it would be written; esc goes back."""

    NAME = "paper"

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document

    def body(self) -> ComposeResult:
        yield Pane()

    def reread(self, items: tuple[str, ...] = ()) -> None:
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        pane = self.query_one(Pane)
        width = max(30, min(100, pane.size.width - 4))
        head = ((self.document.title, "strong"), ("   as it would be written today", "quiet"))
        pane.show(head, (), "", text_lines(self.document, width), top=False)

    def on_resize(self) -> None:
        self.call_after_refresh(self._fill)
