"""Draws the README's pictures of the screens, from the sample: `python tests/pictures.py`. A test keeps them current."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from html import unescape
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent)]

from returns import come_back, work  # noqa: E402
from screen import Seat, sitting  # noqa: E402

from seed.__main__ import write  # noqa: E402
from store.commands import AddNote, NothingNew, SetTrack  # noqa: E402
from store.domain.references import find_item  # noqa: E402
from store.domain.vocabulary import Track  # noqa: E402
from store.register import Register  # noqa: E402
from tui.colours import DEFAULT  # noqa: E402
from tui.screens.receive import ReceiveScreen  # noqa: E402

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"

DAY = "2024-09-18"
"""The day on which the screens are shown."""

SIZE = (120, 36)

PICTURES = {
    "publications": "1",
    "recommendations": "2 down down",
    "attention": "3",
    "themes": "4",
    "status": "2 s",
    "paper": "escape 5 j j j j j",
    "receive": "6 i",
}
"""The name of each picture, and the keys that are pressed before it, from the one before on."""


async def draw(register: Path, size: tuple[int, int] = SIZE, theme: str = DEFAULT) -> dict[str, str]:
    """Draw every picture, as an SVG by its name."""
    drawn = {}
    async with sitting(register, size, author="C3 lead") as seat:
        seat.app.theme = theme
        for name, keys in PICTURES.items():
            await seat.press(*keys.split())
            if name == "receive":
                await _receive(seat, register)
            drawn[name] = _picture(seat)
    return drawn


async def _receive(seat: Seat, register: Path) -> None:
    """Receive what comes back from a lead, who delayed an item that is on track here by now."""
    found = Register.open(register)
    hc6, hc10 = (find_item(found.conn, reference)[0] for reference in ("HC-6", "HC-10"))
    found.close()
    delayed = SetTrack(item=hc10, track=Track.DELAYED, reason="Waits for the national guidance.")
    note = AddNote(items=(hc6,), text="The new form is on trial in two divisions until November.")
    nothing_new = NothingNew(items=(hc6,))
    back = come_back(
        register, register.parent / "In" / "hate-crime-back.sqlite", "HC lead", [delayed, note, nothing_new]
    )
    work(register, "C3 lead", [SetTrack(item=hc10, track=Track.ON_TRACK)])
    await seat.write(str(back))
    await seat.press("enter")
    await seat.until(lambda: isinstance(seat.app.screen, ReceiveScreen), "it is not shown")
    await seat.press("down")


def text_of(svg: str) -> list[str]:
    """The text of a picture, without how it is drawn."""
    texts = re.findall(r"<text[^>]*>(.*?)</text>", svg)
    return [text for text in (unescape(text).replace("\xa0", " ").strip() for text in texts) if text]


def _picture(seat: Seat) -> str:
    """The screen as an SVG that fetches no font from anywhere, without the hash that Rich gives its parts."""
    svg = seat.app.export_screenshot(title="Fairlead")
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL).replace("<svg ", '<svg xml:space="preserve" ', 1)
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code, monospace", "monospace")
    return re.sub(r"terminal-\d+", "terminal", "\n".join(line.rstrip() for line in svg.splitlines())) + "\n"


async def main() -> None:
    """Write the pictures to docs/pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"FAIRLEAD_HOME": folder, "FAIRLEAD_TODAY": DAY}
        register = Path(folder) / "sample.fairlead"
        write(register)
        for name, svg in (await draw(register)).items():
            (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    asyncio.run(main())
