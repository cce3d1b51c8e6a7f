"""What a run of the product tells, and whether a secret is in it."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path


def leaked(secrets: Mapping[str, str], told: Mapping[str, str]) -> list[str]:
    """Return where which secret is told; both are by their names."""
    return [f"{place} tells {name}" for place, text in told.items() for name, secret in secrets.items() if secret in text]


def logs(folder: Path) -> dict[str, str]:
    """Return what is in the logs below a folder."""
    return {str(path.relative_to(folder)): path.read_text("utf-8", "replace") for path in folder.rglob("*.log*")}


def command_lines() -> dict[str, str]:
    """Return the arguments of every process of this machine, which everybody may read; of none where there is no /proc."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended
            found[f"process {path.parent.name}"] = path.read_text("utf-8", "replace").replace("\0", " ")
    return found


def open_to_others(folder: Path) -> Iterable[str]:
    """Return what is below a folder, and the folder, that others than the owner may read, write or enter."""
    found = []
    for path in (folder, *folder.rglob("*")):
        with suppress(FileNotFoundError):  # a server removed it
            if not path.is_symlink() and path.stat().st_mode & 0o077:
                found.append(f"{path.relative_to(folder)} has mode {path.stat().st_mode & 0o777:o}")
    return found
