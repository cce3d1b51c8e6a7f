"""Where those who read a copy write: answers, what does not fit into memory, and who counts at the moment."""

import hashlib
import os
import tempfile
from pathlib import Path

OWN = 0o700


def working_folder(copy: Path) -> Path:
    """Return the folder of the copy where this user may write in it, else a folder of this user alone.

    Raises:
        PermissionError: somebody else has made that folder.

    """
    if os.access(copy, os.W_OK):
        return copy
    name = hashlib.sha256(str(copy.resolve()).encode()).hexdigest()[:16]
    own = Path(tempfile.gettempdir()) / f"rookery-{os.getuid()}-{name}"
    own.mkdir(mode=OWN, exist_ok=True)
    found = own.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{own} is not of this user alone.")
    return own


def made_within(parent: Path, *names: str) -> Path:
    """Return a folder below another one, made where it is not there: who may read that one may read it, and nobody else."""
    mode, folder = parent.stat().st_mode & 0o777, parent
    for name in names:
        folder /= name
        folder.mkdir(mode=mode, exist_ok=True)
    return folder
