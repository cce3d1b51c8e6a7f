"""How logs look."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from web.logs import configure_logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_production_writes_a_line_of_json_for_ours_and_uvicorns(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json")
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger("web.test").info("done", count=1)
        logging.getLogger("uvicorn.error").warning("Waiting for %d things", 2)
    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["count"], ours["logger"], ours["level"]) == ("done", 1, "web.test", "info")
    assert (theirs["event"], theirs["level"]) == ("Waiting for 2 things", "warning")
    assert ours["request_id"] == theirs["request_id"] == "r-1"


def test_uvicorns_own_access_lines_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json")
    logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" [accepted]', "1.2.3.4", "/graphql?token=x")
    logging.getLogger("uvicorn.access").info("a line")
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_readable_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("terminal", level="WARNING")
    structlog.get_logger("web.test").info("quiet")
    structlog.get_logger("web.test").warning("loud", count=1)
    text = capsys.readouterr().err
    assert "loud" in text
    assert "quiet" not in text
    assert not text.startswith("{")
