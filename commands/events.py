"""`rookery events`: the table of events, printed from their classes."""

from pathlib import Path

from services.events.printing import printed_into, table

PAGE = Path("docs") / "architecture.md"


def print_events() -> None:
    """Print the table."""
    print(table(), end="")  # noqa: T201 - the result of the command


def write_events(root: Path) -> None:
    """Write the table into the page of the architecture, between its marks."""
    page = root / PAGE
    page.write_text(printed_into(page.read_text("utf-8")), "utf-8")
