"""Where a register is at risk: on a network drive, or in a synchronised folder."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from store.domain.text import quote_for_shell

_SYNCHRONISED = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "my drive",
    "mobile documents",
    "nextcloud",
    "box",
)
_NETWORK_KINDS = {"nfs", "nfs4", "cifs", "smb", "smb3", "smbfs", "afpfs", "fuse.sshfs", "davfs", "ncpfs"}


def at_risk(path: Path) -> str | None:
    """A warning where a register is detected to be on a network drive or in a synchronised folder, else None."""
    whole = path.absolute()
    where = None
    for part in (part.casefold() for part in whole.parent.parts):
        if any(part == name or part.startswith((f"{name} ", f"{name}-")) for name in _SYNCHRONISED):
            where = "in a synchronised folder"
    if is_network(whole):
        where = "on a network drive"
    if where is None:
        return None
    return (
        f"{path} is {where}: two people writing to one such file is how work is lost. "
        f"Save it on this machine and work in that: fairlead keep {quote_for_shell(path)} --as OUT"
    )


def is_network(path: Path) -> bool:
    """Whether a path is on a network drive; False where that cannot be detected."""
    if str(path).startswith(("\\\\", "//")):
        return True
    if sys.platform == "win32":
        import ctypes

        remote = 4
        return bool(ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == remote)
    with suppress(OSError, IndexError):
        lines = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
        mounts = [(line.split()[1].replace("\\040", " "), line.split()[2]) for line in lines]
        above = [(len(place), kind) for place, kind in mounts if path.is_relative_to(place)]
        return bool(above) and max(above)[1] in _NETWORK_KINDS
    return False
