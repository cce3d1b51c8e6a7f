"""How logs look."""

import json
import logging
import re
import socket
from collections.abc import Iterator
from typing import Literal

import pytest
import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from web.access import AccessLog
from web.logs import REQUEST_ID, configure_logs


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


def test_the_id_of_the_request_is_on_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json")
    bound = REQUEST_ID.set("r-2")
    structlog.get_logger("web.test").info("within")
    REQUEST_ID.reset(bound)
    structlog.get_logger("web.test").info("after")
    within, after = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert within["request_id"] == "r-2"
    assert "request_id" not in after


def a_request(path: str = "/graphql") -> None:
    AccessLog().line({"method": "POST", "path": path, "rookery.operation": ("query", "Home")}, "r-3", 200, 0.01234)


def test_lines_of_requests_have_the_form_of_all_others(capsys: pytest.CaptureFixture[str]) -> None:
    """They are written past structlog, in JSON; what reads logs must not notice."""
    configure_logs("json")
    a_request()
    bound = REQUEST_ID.set("r-3")
    structlog.get_logger("web.access").info(
        "request", method="POST", path="/graphql", status=200, type="query", operation="Home", ms=12.34
    )
    REQUEST_ID.reset(bound)
    ours, usual = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", ours.pop("timestamp"))
    del usual["timestamp"]
    assert ours == usual


def test_lines_of_requests_are_readable_in_a_terminal_and_absent_where_the_level_is_higher(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("terminal")
    a_request()
    assert "operation=Home" in capsys.readouterr().err
    configure_logs("json", level="WARNING")
    a_request()
    assert capsys.readouterr().err == ""


def test_probes_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json")
    a_request("/livez")
    assert capsys.readouterr().err == ""


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


UNSAFE = "a\n\x1b[31m\x7f\x85\x9b31m\u202e\u2028b"


@pytest.mark.parametrize("style", ["json", "terminal"])
def test_control_characters_never_reach_a_log(style: Literal["json", "terminal"], capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(style)
    a_request(f"/{UNSAFE}")
    structlog.get_logger("web.test").warning(UNSAFE, given=UNSAFE, listed=[UNSAFE], traceback=f"{UNSAFE}\n{UNSAFE}")
    logging.getLogger("elsewhere").warning("got %s", UNSAFE)
    text = capsys.readouterr().err
    assert not re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", text)
    if style == "json":
        assert [json.loads(line)["event"] for line in text.splitlines()] == ["request", UNSAFE, f"got {UNSAFE}"]
    else:
        assert all(re.match(r"\d{4}-|    ", line) for line in text.splitlines())


@pytest.mark.parametrize("style", ["json", "terminal"])
def test_tracebacks_have_places_and_no_values(style: Literal["json", "terminal"], capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(style)
    password = "hunter" + "2"
    try:
        int(password)
    except ValueError:
        structlog.get_logger("web.test").exception("ours")
        logging.getLogger("docket.worker").exception("theirs")
    text = capsys.readouterr().err
    assert text.count("ValueError") == 2
    assert "test_logs.py" in text
    assert password not in text


@pytest.mark.parametrize("style", ["json", "terminal"])
def test_an_outage_is_one_line_a_cause(style: Literal["json", "terminal"], capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(style)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for _ in range(5):
            try:
                redis.Redis(port=closed.getsockname()[1], retry=Retry(NoBackoff(), 0)).ping()
            except redis.ConnectionError:
                logging.getLogger("docket.worker").exception("Cannot connect")
        for _ in range(5):
            structlog.get_logger("services.live.hub").warning("live stream lost", error="Unavailable", retry_after=1.0)
    theirs, ours = capsys.readouterr().err.splitlines()
    assert "ConnectionRefusedError" in theirs
    assert "live stream lost" in ours
