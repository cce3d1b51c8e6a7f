"""`rookery events`, `errors`, `endings` and `analytics model`: parts of pages, printed from the code between two marks."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analytics.graph_copy.model_page import model_tables
from error_codes import BEFORE, RUNNING, ErrorCode
from services.events.printing import table
from web.endings import ENDINGS, Ending, Told


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page. `command` prints it, `source` is what it is printed from, `text` makes it."""

    page: Path
    command: str
    source: str
    text: Callable[[], str]

    def printed_into(self, page: str) -> str:
        """Return the text of the page with this part as the code has it now.

        Raises:
            ValueError: the page does not have the marks.

        """
        begin = f"<!-- {self.command}: printed by `rookery {self.command} --write` from {self.source} -->\n"
        mark = f"<!-- end of {self.command} -->\n"
        before, _, rest = page.partition(begin)
        _, end, after = rest.partition(mark)
        if not end:
            raise ValueError(f"{self.page} has no place for the {self.command}")
        return f"{before}{begin}{self.text()}{mark}{after}"

    def show(self, *, write: bool) -> None:
        """Print it, or write it into its page."""
        if write:
            self.page.write_text(self.printed_into(self.page.read_text("utf-8")), "utf-8")
        else:
            print(self.text(), end="")  # noqa: T201 - the result of the command


def _error_tables() -> str:
    """Return both tables: codes of operations that run, and of requests that do not."""
    running = "".join(f"| `{code}` | {meaning} | {advice} |\n" for code, (meaning, advice) in RUNNING.items())
    before = "".join(f"| `{code}` | {status} | {why} |\n" for code, (status, why) in BEFORE.items())
    return (
        f"While an operation runs:\n\n| code | meaning | what to do |\n| --- | --- | --- |\n{running}\n"
        f"Before an operation runs:\n\n| code | HTTP status | meaning |\n| --- | --- | --- |\n{before}"
    )


def _ending_table() -> str:
    """Return how connections end, over each transport, and what a client does then."""
    rows = "".join(
        f"| {each.when} | {_over_websocket(each)} | {_over_events(each)} | {_over_multipart(each)} | {each.advice} |\n"
        for each in ENDINGS
    )
    return (
        "| what happened | over WebSocket | over server-sent events | over a multipart response | what to do |\n"
        f"| --- | --- | --- | --- | --- |\n{rows}"
    )


def _over_websocket(ending: Ending) -> str:
    if ending.close_code is None:
        return f"`error` with `{ending.error}`, no close"
    if ending.operations_error is None:
        return f"close {ending.close_code}"
    return f"`error` with `{ending.operations_error}` to each open operation, then close {ending.close_code}"


def _over_events(ending: Ending) -> str:
    return {
        Told.RETRY: "`retry` with a time, then the end without `complete`",
        Told.ERROR: f"a result with `{ending.error}`, then `complete`",
        Told.STATUS: _status(ending),
        Told.CUT: "is cut",
        Told.NOTHING: "",
    }[ending.told]


def _over_multipart(ending: Ending) -> str:
    return {
        Told.RETRY: "a part with `UNAVAILABLE` and `retryAfter`, then the end",
        Told.ERROR: f"a part with `{ending.error}`, then the end",
        Told.STATUS: _status(ending),
        Told.CUT: "is cut",
        Told.NOTHING: "",
    }[ending.told]


def _status(ending: Ending) -> str:
    return f"status {503 if ending.error is ErrorCode.UNAVAILABLE else 429} with `{ending.error}` and `Retry-After`"


EVENTS = Section(Path("docs") / "architecture.md", "events", "services/events/", table)
ERRORS = Section(Path("docs") / "api.md", "errors", "error_codes.py", _error_tables)
ENDINGS_TABLE = Section(Path("docs") / "api.md", "endings", "web/endings.py", _ending_table)
MODEL = Section(Path("docs") / "analysts.md", "analytics model", "analytics/graph_copy/model.py", model_tables)
