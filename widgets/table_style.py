"""The component classes of a table, and its default CSS."""

COMPONENT_CLASSES = {
    "windowed-table--header",
    "windowed-table--cursor",
    "windowed-table--gutter",
    "windowed-table--hit",
    "windowed-table--muted",
    "windowed-table--strong",
    "windowed-table--empty",
    "status--closed",
    "status--with-inspectorate",
    "status--on-track",
    "status--delayed",
    "status--not-stated",
    "status--left-out",
}
"""
| Class | Description |
| :- | :- |
| `windowed-table--header`, `--gutter`, `--empty` | The labels; the cursor's bar and the tick; the empty text. |
| `windowed-table--cursor` | The cursor's row, over the styles of its cells. |
| `windowed-table--hit` | A word that was searched for. |
| `windowed-table--muted`, `--strong` | For cells: quieter, louder. |
| `status--…` | For cells: a status, and the parts of a stacked bar. |
"""

DEFAULT_CSS = """
    WindowedTable {
        color: $foreground;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .windowed-table--header { color: $foreground-muted; text-style: bold; }
        & > .windowed-table--gutter { color: $text-accent; text-style: bold; }
        & > .windowed-table--hit { text-style: bold underline; }
        & > .windowed-table--muted { color: $foreground-muted; }
        & > .windowed-table--strong { text-style: bold; }
        & > .windowed-table--empty { color: $foreground-muted; }
        & > .windowed-table--cursor {
            color: $block-cursor-blurred-foreground;
            background: $block-cursor-blurred-background;
            text-style: bold;
        }
        &:focus > .windowed-table--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
        }
        & > .status--closed { color: $text-success; }
        & > .status--with-inspectorate { color: $text-success; }
        & > .status--on-track { color: $text-primary; }
        & > .status--delayed { color: $text-error; }
        & > .status--not-stated { color: $foreground-muted; }
        & > .status--left-out { color: $foreground-muted; }
    }
    """
