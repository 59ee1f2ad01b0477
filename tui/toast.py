"""The toast: what was done, or went wrong, at the bottom right over every screen for a few seconds.

Textual mounts a new widget for each notification, and lays the whole screen out three times, which costs more than the
save that it follows. This one is mounted once, in its place, with every screen. It is put into the compositor's map and
taken out of it, and only the cells that it covers are drawn; whenever the screen is laid out for another reason, it gets
the same place by its styles. What is private to Textual here is checked by tests/test_tui_toast.py.
"""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from textual import screen
from textual.content import Content
from textual.geometry import NULL_SPACING, Region, Size
from textual.map_geometry import MapGeometry
from textual.notifications import Notification
from textual.timer import Timer
from textual.widget import Widget

from store.domain.text import shorten_middle

_BAR = "▌"
_ROWS_WITHOUT_TEXT = 3
"""The lines of the screen that are not of its text: one above and one below it, and the margin."""
_COLOURS = {"information": "$success", "warning": "$warning", "error": "$error"}


class Toast(Widget):
    """The newest notification of the app, on one screen; not displayed while there is none. A click removes it."""

    DEFAULT_CSS = """
    Toast {
        layer: _toastrack;
        position: absolute;
        offset: 100vw 100vh;
        constrain: inside inside;
        width: 60;
        max-width: 50%;
        height: auto;
        margin-bottom: 1;
        background: $panel-lighten-1;
        color: $foreground;

        &:ansi {
            background: $ansi-background;
        }
    }
    """
    DEFAULT_CLASSES: ClassVar[str] = "-textual-system"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._notification: Notification | None = None
        self._timer: Timer | None = None

    @property  # type: ignore[misc]
    def display(self) -> bool:
        """Whether it is displayed: while it has something to show."""
        return self._notification is not None and super().display

    def show(self, notification: Notification | None) -> None:
        """Show a notification until its time is over, or none."""
        if notification is self._notification:
            return
        self._notification = notification
        # What Textual has cached of its height is of the text before.
        self._layout_updates += 1
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(notification.time_left, self._end) if notification else None
        if self.is_attached and self.screen.is_attached:
            self._draw()

    def _end(self) -> None:
        """Forget the notification, wherever it is shown."""
        if self._notification is not None:
            self.app._unnotify(self._notification)

    def on_click(self) -> None:
        self._end()

    def _draw(self) -> None:
        """Put it into the map of the screen, or take it out, and have the cells that it covers and covered drawn."""
        compositor = self.screen._compositor
        size = compositor.size
        maps = [found for found in (compositor._full_map, compositor._visible_map) if found is not None]
        before = maps[0].get(self)
        self.screen._nodes.updated()
        self._layout_cache.clear()
        place = None
        if self.display:
            box = self._get_box_model(size, size, Fraction(size.width), Fraction(size.height))
            width, height = int(box.width), int(box.height)
            bottom = self.styles.margin.bottom
            region = Region(size.width - width, max(0, size.height - height - bottom), width, height)
            place = MapGeometry(
                region, ((1, 0, 0),), size.region, region.size, region.size, Region(0, 0, width, height), NULL_SPACING
            )
            self._size_updated(region.size, region.size, region.size, layout=False)
            self._set_dirty()
        for found in maps:
            if place:
                found[self] = place
            else:
                found.pop(self, None)
        compositor._cuts = compositor._layers = compositor._layers_visible = compositor._visible_widgets = None
        # Under a dialog the screen may be of another size than the terminal, until it is laid out again.
        visible = size.region.intersection(self.app.size.region)
        covered = [geometry.region.intersection(visible) for geometry in (before, place) if geometry]
        if regions := [region for region in covered if region]:
            # Not the screen's `refresh`: with regions it draws them alone, and forgets what else was to be drawn.
            self.screen._set_dirty(*regions)
            self.screen._dirty_widgets.add(self.screen)
            self.screen.check_idle()

    def _lines(self, width: int) -> list[Content]:
        """The message in lines of so many cells, bar included; where they have no room, what is in its middle is left out."""
        message = self._notification.message if self._notification else ""
        lines, room = Content(message).wrap(max(1, width - 3)), max(1, self.app.size.height - _ROWS_WITHOUT_TEXT)
        most = len(message)
        while len(lines) > room and most > 1:
            most -= max(1, most // 20)
            lines = Content(shorten_middle(message, most=most)).wrap(max(1, width - 3))
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width)) + 2

    def render(self) -> Content:
        bar = (_BAR, _COLOURS[self._notification.severity if self._notification else "information"])
        lines = [Content(), *self._lines(self.size.width), Content()]
        return Content("\n").join([Content.assemble(bar, " ", line) for line in lines])


screen.ToastRack = Toast  # type: ignore[assignment, attr-defined]
