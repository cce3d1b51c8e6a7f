"""Where the analysts' graph is served: `rookery analytics up` writes it into a file, which web processes read at each query.

The file holds a password, so only its owner may read it. It is switched in one step, and is gone while nothing is served.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE = "graph.json"
"""Name of the file, in the folder of the copy."""
GRAPH = "neo4j"
"""Name of the folder of the graph that is served, in that of the copy."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a graph is, and how to log in; `snapshot` is the name of what it was loaded from."""

    uri: str
    user: str
    password: str = field(repr=False)
    snapshot: str = ""

    @classmethod
    def read(cls, folder: Path) -> "Address | None":
        """Return the address that is served now, None where nothing is."""
        try:
            return cls(**json.loads((folder / FILE).read_text("utf-8")))
        except FileNotFoundError:
            return None

    def write(self, folder: Path) -> None:
        """Let this be the address that is served."""
        scratch = folder / f"{FILE}.new"
        scratch.unlink(missing_ok=True)
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
        scratch.rename(folder / FILE)


def withdraw(folder: Path) -> None:
    """Say that nothing is served."""
    (folder / FILE).unlink(missing_ok=True)
