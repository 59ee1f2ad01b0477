"""What the app tells its screens."""

from __future__ import annotations

from textual.message import Message


class RegisterChanged(Message):
    """The register says something else now: here (`action`, an action's id) or elsewhere (None). Screens read it again."""

    def __init__(self, action: str | None = None, items: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.action = action
        self.items = items
