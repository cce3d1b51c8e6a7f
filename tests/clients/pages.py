"""The pages of the documentation, and the examples in them that have a file name."""

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DOCUMENTED = "127.0.0.1:8000"
"""Where the examples look for a server."""

_EXAMPLE = re.compile(r"^<!-- example: (?P<name>\S+) -->\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(page: str) -> Mapping[str, str]:
    """Give the examples of a page by their file names, of which each has its own."""
    found = [(each["name"], each["text"]) for each in _EXAMPLE.finditer((ROOT / page).read_text("utf-8"))]
    assert len(dict(found)) == len(found), [name for name, _ in found]
    return dict(found)


def write_examples(page: str, folder: Path, *, address: str = DOCUMENTED) -> None:
    """Write the examples of a page as files; `address` is the host and port of the server that they shall ask."""
    for name, text in examples(page).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace(DOCUMENTED, address), "utf-8")
