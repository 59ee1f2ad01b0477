"""What is about the person at this desk, not about a register: their name, their files, where they left off.

One JSON file, written whole and moved into place. Light on purpose: the program's start loads it.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

FORMAT = 1
_FILE = "settings.json"


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders Fairlead stores files in, by the platform's habits or all under FAIRLEAD_HOME.

    None of them need exist yet.
    """

    data: Path
    config: Path
    backups: Path
    drafts: Path
    state: Path

    @property
    def own_register(self) -> Path:
        """The register that a command opens when none is named."""
        return self.data / "register.fairlead"

    @property
    def sample(self) -> Path:
        """Where the first run puts the sample."""
        return self.data / "sample.fairlead"


def folders() -> Folders:
    """Fairlead's folders as the environment has them now."""
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


def ensure_folder(folder: Path) -> Path:
    """A folder, made where it was missing, for its owner alone. Raises CannotWrite."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        from store.domain.errors import CannotWrite

        raise CannotWrite(folder, (error.strerror or "it cannot be made").lower()) from None
    return folder


def _place(path: Path) -> str:
    """A path as it is compared: absolute, links followed, case folded where the platform does so."""
    return os.path.normcase(path.resolve())


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the person at this desk.

    A value, not a live view: `update_settings` writes and gives the new one.
    """

    name: str | None = None
    """The name that others see beside what is written here."""
    author_id: str | None = None
    """The id that goes with that name, in every register; None until something was written under it."""
    acts_for: tuple[str, ...] = ()
    """The leads whose items are mine."""
    start_view: str | None = None
    """The name of the view that the list of recommendations starts with."""
    columns: str | None = None
    """The names of the columns that the list has, between spaces; None for the usual ones."""
    last_register: str | None = None
    """The path of the register used last."""
    mine: tuple[tuple[str, str], ...] = ()
    """The registers that are one's own: path and id of each."""
    others: dict[str, Any] = field(default_factory=dict)
    """What this version does not know, kept as it was found."""

    def is_mine(self, path: Path, register_id: str | None = None) -> bool:
        """Whether a register was made or kept here; by its path alone where the id is not known yet."""
        place = _place(path)
        return any(own == place and register_id in (None, entity) for own, entity in self.mine)

    def with_mine(self, path: Path, register_id: str) -> Settings:
        """These settings with one more register of one's own; it takes the place of another at that path."""
        place = _place(path)
        others = tuple(pair for pair in self.mine if pair[0] != place)
        return replace(self, mine=(*others, (place, register_id)))


def load() -> tuple[Settings, str | None]:
    """The settings, and a sentence where the file could not be taken: it is kept beside, and all is as at first."""
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
    """Settings from their JSON. Raises ValueError or TypeError where a value is not what it should be."""
    texts = ("name", "author_id", "start_view", "columns", "last_register")
    read_here = {"format", "acts_for", "mine", *texts}
    for name in texts:
        if not isinstance(stored.get(name), str | None):
            raise ValueError(name)
    mine = tuple((str(path), str(entity)) for path, entity in stored.get("mine", ()))
    acts_for = stored.get("acts_for", [])
    if not isinstance(acts_for, list) or not all(isinstance(name, str) for name in acts_for):
        raise ValueError("acts_for")
    return Settings(
        name=stored.get("name"),
        author_id=stored.get("author_id"),
        acts_for=tuple(acts_for),
        start_view=stored.get("start_view"),
        columns=stored.get("columns"),
        last_register=stored.get("last_register"),
        mine=mine,
        others={name: value for name, value in stored.items() if name not in read_here},
    )


def save(settings: Settings) -> None:
    """Write the settings whole and move them into place. Raises CannotWrite or DiskFull."""
    from store.file.atomic import write_whole

    path = ensure_folder(folders().config) / _FILE
    whole = settings.others | {
        "format": FORMAT,
        "name": settings.name,
        "author_id": settings.author_id,
        "acts_for": list(settings.acts_for),
        "start_view": settings.start_view,
        "columns": settings.columns,
        "last_register": settings.last_register,
        "mine": [list(pair) for pair in settings.mine],
    }
    write_whole(path, [json.dumps(whole, indent=1).encode()], force=True)


def update_settings(**changes: Any) -> Settings:
    """Change some settings and write them, on what the file states now: another window may have written since.

    `mine=(path, id)` adds a register of one's own. Raises CannotWrite.
    """
    settings, _ = load()
    own: tuple[Path, str] | None = changes.pop("mine", None)
    new = replace(settings, **changes)
    if own is not None:
        new = new.with_mine(*own)
    if new != settings:
        save(new)
    return new


def log_unexpected(error: BaseException) -> Path | None:
    """Log an error that nobody foresaw: what kind it was and where, without any value. Returns the log, or None."""
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
