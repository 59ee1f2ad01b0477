"""Settings of the person at this machine: their name, their registers, their views; and Fairlead's folders.

They are in one JSON file, written atomically. Light on purpose: the program's start loads it.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

FORMAT = 1
RECENT = 9
_FILE = "settings.json"


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders that Fairlead stores files in, those of the platform or under FAIRLEAD_HOME; they may not exist."""

    data: Path
    config: Path
    backups: Path
    drafts: Path
    state: Path

    @property
    def looked_at(self) -> Path:
        """The folder of what is private to a running process, and of what was made of files from elsewhere."""
        return self.state / "looked-at"

    @property
    def own_register(self) -> Path:
        """The path of the user's own register, which commands use by default."""
        return self.data / "register.fairlead"

    @property
    def forms(self) -> Path:
        """The folder of the person's own forms of papers."""
        return self.config / "forms"

    @property
    def sample(self) -> Path:
        """The path of the sample register, which the first run creates."""
        return self.data / "sample.fairlead"


def folders() -> Folders:
    """Fairlead's folders, by the current environment."""
    home = os.environ.get("FAIRLEAD_HOME", "").strip()
    if home:
        root = Path(home).expanduser().absolute()
        data, config, state = root / "data", root / "config", root / "state"
    else:
        import platformdirs

        data = platformdirs.user_data_path("fairlead", appauthor=False)
        config = platformdirs.user_config_path("fairlead", appauthor=False)
        state = platformdirs.user_state_path("fairlead", appauthor=False)
    return Folders(data, config, data / "backups", state / "drafts", state)


def keep_fonts() -> None:
    """Let what draws pictures keep its list of fonts in Fairlead's folder, and not in the user's: called before it is
    loaded. A folder that the user has named for it stays."""
    os.environ.setdefault("MPLCONFIGDIR", str(folders().state / "fonts"))


def ensure_folder(folder: Path) -> Path:
    """Create a folder, private to its owner, unless it exists; returns it. Raises CannotWrite."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        from store.domain.errors import CannotWrite

        raise CannotWrite(folder, (error.strerror or "it cannot be made").lower()) from None
    return folder


def _place(path: Path) -> str:
    """Normalise a path for comparison: absolute, links followed, case folded where the platform does so."""
    return os.path.normcase(path.resolve())


def is_there(path: Path) -> bool:
    """Whether there is a file at a path that was remembered; False too where that cannot be found out: its drive is away."""
    try:
        return path.exists()
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the person at this machine; immutable: `update_settings` writes and returns new ones."""

    name: str | None = None
    """The name that others see beside what is written here."""
    author_id: str | None = None
    """The id of that person's party in every register; None until they have written something."""
    acts_for: tuple[str, ...] = ()
    """The names of the leads that the person acts for: the filter *mine* shows their items."""
    start_view: str | None = None
    """The name of the view that the list of recommendations starts with."""
    columns: str | None = None
    """The names of the columns of the list, between spaces; None for the default ones."""
    colours: str | None = None
    """The scheme of colours; None for the default one."""
    last_register: str | None = None
    """The path of the register used last."""
    recent: tuple[str, ...] = ()
    """The paths of the files opened last, the newest first, at most RECENT."""
    mine: tuple[tuple[str, str], ...] = ()
    """The registers that are one's own: (normalised path, id) of each."""
    checked: tuple[tuple[str, str], ...] = ()
    """The paper that was checked last against a register, at most RECENT, the newest first: (normalised path of the
    register, path of the paper)."""
    others: dict[str, Any] = field(default_factory=dict)
    """Settings that this version does not know, which are written back unchanged."""

    def is_mine(self, path: Path, register_id: str | None = None) -> bool:
        """Whether a register is one's own: by path and id, or by path alone where the id is None."""
        place = _place(path)
        return any(own == place and register_id in (None, entity) for own, entity in self.mine)

    def with_mine(self, path: Path, register_id: str) -> Settings:
        """A copy of these settings with one more register of one's own, which replaces another at that path."""
        place = _place(path)
        others = tuple(pair for pair in self.mine if pair[0] != place)
        return replace(self, mine=(*others, (place, register_id)))

    def checked_last(self, register: Path) -> Path | None:
        """The paper that was checked last against a register, if it is still there."""
        place = _place(register)
        papers = (Path(paper) for one, paper in self.checked if one == place)
        return next((paper for paper in papers if is_there(paper)), None)

    def with_checked(self, register: Path, paper: Path) -> Settings:
        """A copy of these settings in which a paper is the one checked last against a register."""
        place = _place(register)
        others = [pair for pair in self.checked if pair[0] != place]
        return replace(self, checked=((place, str(paper.absolute())), *others)[:RECENT])


def load() -> tuple[Settings, str | None]:
    """Load the settings; returns the defaults and a sentence where the file is invalid, which is renamed then."""
    path = folders().config / _FILE
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return Settings(), None
    except OSError as error:
        return Settings(), f"The settings in {path} cannot be read ({(error.strerror or 'no reason given').lower()})."
    try:
        stored = json.loads(raw.decode("utf-8"))
        if not isinstance(stored, dict) or not isinstance(stored.get("format"), int):
            raise ValueError("no settings")
        newer = stored["format"] > FORMAT
        if not newer:
            return _read(stored), None
    except (ValueError, TypeError, RecursionError):
        newer = False
    aside = path.with_name(f"{path.stem}.broken")
    with suppress(OSError):
        os.replace(path, aside)
    what = "were written by a newer Fairlead" if newer else "could not be understood"
    return Settings(), f"The settings {what}. They are kept as {aside}, and Fairlead starts with none."


def _read(stored: dict[str, Any]) -> Settings:
    """Parse settings from their JSON object. Raises ValueError or TypeError for an invalid value."""
    texts = ("name", "author_id", "start_view", "columns", "colours", "last_register")
    read_here = {"format", "acts_for", "mine", "recent", "checked", *texts}
    for name in texts:
        if not isinstance(stored.get(name), str | None):
            raise ValueError(name)
    mine = tuple((str(path), str(entity)) for path, entity in stored.get("mine", ()))
    checked = tuple((str(path), str(paper)) for path, paper in stored.get("checked", ()))
    acts_for = stored.get("acts_for", [])
    recent = stored.get("recent", [])
    for name, texts_in in (("acts_for", acts_for), ("recent", recent)):
        if not isinstance(texts_in, list) or not all(isinstance(text, str) for text in texts_in):
            raise ValueError(name)
    return Settings(
        name=stored.get("name"),
        author_id=stored.get("author_id"),
        acts_for=tuple(acts_for),
        start_view=stored.get("start_view"),
        columns=stored.get("columns"),
        colours=stored.get("colours"),
        last_register=stored.get("last_register"),
        recent=tuple(recent),
        mine=mine,
        checked=checked,
        others={name: value for name, value in stored.items() if name not in read_here},
    )


def save(settings: Settings) -> None:
    """Write the settings atomically. Raises CannotWrite or DiskFull."""
    from store.file.atomic import write_whole

    path = ensure_folder(folders().config) / _FILE
    whole = settings.others | {
        "format": FORMAT,
        "name": settings.name,
        "author_id": settings.author_id,
        "acts_for": list(settings.acts_for),
        "start_view": settings.start_view,
        "columns": settings.columns,
        "colours": settings.colours,
        "last_register": settings.last_register,
        "recent": list(settings.recent),
        "mine": [list(pair) for pair in settings.mine],
        "checked": [list(pair) for pair in settings.checked],
    }
    write_whole(path, [json.dumps(whole, indent=1).encode()], force=True)


def update_settings(**changes: Any) -> Settings:
    """Change some settings and save them, over those in the file now, which no other program writes meanwhile.

    `mine=(path, id)` adds a register of one's own, `opened` a path to the recent ones, `checked=(register, paper)` the paper
    checked last against one. Raises CannotWrite or DiskFull.
    """
    from store.file.lock import locked

    own: tuple[Path, str] | None = changes.pop("mine", None)
    opened: Path | None = changes.pop("opened", None)
    checked: tuple[Path, Path] | None = changes.pop("checked", None)
    with locked(ensure_folder(folders().config) / f"{_FILE}.lock"):
        settings, _ = load()
        new = replace(settings, **changes)
        if opened is not None:
            path = str(opened.absolute())
            new = replace(new, recent=(path, *(other for other in new.recent if other != path))[:RECENT])
        if own is not None:
            new = new.with_mine(*own)
        if checked is not None:
            new = new.with_checked(*checked)
        if new != settings:
            save(new)
    return new


def log_unexpected(error: BaseException) -> Path | None:
    """Log an unexpected error: its type and stack, without any value. Returns the path of the log, or None."""
    import traceback
    from datetime import UTC, datetime

    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    try:
        path = ensure_folder(folders().state) / "errors.log"
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {type(error).__name__} {where}\n")
    except Exception:
        return None
    return path
