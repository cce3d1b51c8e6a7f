"""The mail sink keeps what it takes, for its owner alone."""

import os
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from stack.child import Child
from stack.mail_sink import MailSink
from stack.mail_sink_program import MOST
from stack.ports import LOOPBACK, Ports


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    server = MailSink(tmp_path / "mail", Ports.any_free().resolved().mail)
    server.prepare()
    for number in range(1, MOST):
        (server.taken / f"{number:012}.eml").touch(mode=0o600)
    reading, writing = os.pipe()
    child = Child(server, writing)
    child.start()
    yield server
    child.stop()
    os.close(reading)
    os.close(writing)


def send(port: int, subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", subject
    message.set_content("Hello.")
    with smtplib.SMTP(LOOPBACK, port, timeout=10) as client:
        client.send_message(message)


def test_mails_are_kept_in_their_order_and_nobody_else_reads_them(sink: MailSink) -> None:
    for subject in ("first", "second"):
        send(sink.port, subject)
    files = sorted(sink.taken.glob("*.eml"))
    assert len(files) == MOST
    for path, subject in zip(files[-2:], ("first", "second"), strict=True):
        assert f"Subject: {subject}".encode() in path.read_bytes()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (sink.taken, *files))
