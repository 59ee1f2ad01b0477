"""What every test rests on: folders of its own, a fixed day, nobody writing, and a sample register to spoil."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import textual.app
import textual.pilot
from hypothesis import HealthCheck, settings
from rest import render_at_rest, rest
from textual._compositor import Compositor

import store.file.scratch
from store.domain.vocabulary import PartyKind
from store.register import Author, Register
from tui.desk.settings import update_settings

pytest.register_assert_rewrite("oracle", "registers")

# Programs that tests start read what was compiled before, whatever the environment has for writing it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

os.environ["TZ"] = "UTC"
if hasattr(time, "tzset"):
    time.tzset()

Register.party_kinds = {"": PartyKind.UNIT}
"""In tests a new name is a unit, without a question; those of the question set this back."""

WRITER = Author("Test Lead")
"""Who writes in tests."""

_ALIKE: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": [HealthCheck.too_slow],
}
settings.register_profile("few", max_examples=40, **_ALIKE)
settings.register_profile("many", max_examples=1000, **_ALIKE)
settings.load_profile("few")


@pytest.fixture(autouse=True)
def home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fairlead's folders under tmp_path, the day 18 September 2024, no register and no author named.

    And files as everybody can read them, since the program's start, where a test runs it, makes them private for good.
    """
    os.umask(0o022)
    monkeypatch.setenv("FAIRLEAD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-09-18")
    for name in ("FAIRLEAD_AUTHOR", "FAIRLEAD_REGISTER", "_FAIRLEAD_COMPLETE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def private_folders_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No private folder of this process yet; those that the test makes are closed at its end, with their locks."""
    made: dict[Path, store.file.scratch.ProcessFolder] = {}
    monkeypatch.setattr(store.file.scratch, "_root", None)
    monkeypatch.setattr(store.file.scratch, "_folders", made)
    yield
    for folder in made.values():
        folder.close()


@pytest.fixture(autouse=True, scope="session")
def pilots_wait_for_the_app() -> Iterator[None]:
    """Textual's pilot waits until the app has come to rest, not until the processor is idle; it is drawn then."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textual.app, "wait_for_idle", rest)
        patch.setattr(textual.pilot, "wait_for_idle", rest)
        patch.setattr(Compositor, "render_update", render_at_rest)
        yield


@pytest.fixture(autouse=True, scope="session")
def many_apps_in_one_process() -> Iterator[None]:
    """The app keeps the garbage collector off what is there once it is shown: here that would be every app before it.

    So what the imports made is set aside once, and what the apps leave behind is collected, but seldom: an app makes
    ten thousand objects with a few keys, and looking through them was an eighth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tui.app.set_start_aside", lambda: None)
        yield


@pytest.fixture(scope="session")
def sample_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample register, made once a session and closed; copy it, do not open it."""
    from seed import load_sample

    path = tmp_path_factory.mktemp("sample") / "sample.fairlead"
    register = Register.create(path)
    load_sample(register)
    register.close()
    return path


@pytest.fixture
def sample_path(sample_built: Path, tmp_path: Path) -> Path:
    """A copy of the sample register, not open."""
    return Path(shutil.copyfile(sample_built, tmp_path / "sample.fairlead"))


@pytest.fixture
def sample(sample_path: Path) -> Iterator[Register]:
    """A copy of the sample register, open, with Test Lead writing."""
    register = Register.open(sample_path, WRITER)
    yield register
    register.close()


@pytest.fixture
def mine(sample_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample register, not open, that is one's own and the one every command takes."""
    register = Register.open(sample_path)
    update_settings(mine=(sample_path, register.id))
    register.close()
    monkeypatch.setenv("FAIRLEAD_REGISTER", str(sample_path))
    return sample_path


@pytest.fixture(scope="session")
def empty_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register without anything in it, made once a session and closed; copy it, do not open it."""
    path = tmp_path_factory.mktemp("empty") / "empty.fairlead"
    Register.create(path).close()
    return path


@pytest.fixture
def empty(empty_built: Path, tmp_path: Path) -> Iterator[Register]:
    """A register without anything in it, open, with Test Lead writing."""
    register = Register.open(Path(shutil.copy(empty_built, tmp_path)), WRITER)
    yield register
    register.close()
