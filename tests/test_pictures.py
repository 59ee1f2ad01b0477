"""The README's pictures show the screens as they are."""

from __future__ import annotations

import re
from pathlib import Path

from pictures import FOLDER, PICTURES, draw, text_of


async def test_the_pictures_are_those_of_the_screens_now(sample_path: Path) -> None:
    for name, svg in (await draw(sample_path)).items():
        stored = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
        assert text_of(stored) == text_of(svg), f"{name}.svg is not current: python tests/pictures.py draws it"
        assert "http" not in re.sub(r'xmlns="[^"]*"', "", stored), f"{name}.svg would fetch something"


def test_the_readme_shows_every_picture_and_no_other() -> None:
    readme = (FOLDER.parent.parent / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"docs/pictures/([\w-]+)\.svg", readme)) == set(PICTURES)
    assert {path.stem for path in FOLDER.iterdir()} == set(PICTURES)
