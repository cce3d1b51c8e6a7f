"""`rookery errors`: the tables of error codes, printed from the codes."""

from pathlib import Path

from error_codes import BEFORE, RUNNING

PAGE = Path("docs") / "api.md"
BEGIN = "<!-- errors: printed by `rookery errors --write` from error_codes.py -->\n"
END = "<!-- end of errors -->\n"


def tables() -> str:
    """Return both tables: codes of operations that run, and of requests that do not."""
    running = "".join(f"| `{code}` | {meaning} | {advice} |\n" for code, (meaning, advice) in RUNNING.items())
    before = "".join(f"| `{code}` | {status} | {why} |\n" for code, (status, why) in BEFORE.items())
    return (
        f"While an operation runs:\n\n| code | meaning | what to do |\n| --- | --- | --- |\n{running}\n"
        f"Before an operation runs:\n\n| code | HTTP status | meaning |\n| --- | --- | --- |\n{before}"
    )


def printed_into(page: str) -> str:
    """Return a page with the tables between the two marks.

    Raises:
        ValueError: the page does not have the marks.

    """
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError("the page has no place for the error codes")
    return f"{before}{BEGIN}{tables()}{END}{after}"


def print_errors() -> None:
    """Print the tables."""
    print(tables(), end="")  # noqa: T201 - the result of the command


def write_errors(root: Path) -> None:
    """Write the tables into the page of the API, between their marks."""
    page = root / PAGE
    page.write_text(printed_into(page.read_text("utf-8")), "utf-8")
