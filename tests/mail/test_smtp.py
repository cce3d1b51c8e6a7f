"""How the server is spoken to: encrypted and by name where the settings say so, and never with a password for strangers."""

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvloop

from graph.rows.mails import Language, Mail, MailKind
from services.mail.message import Sender, compose
from services.mail.smtp import Delivery, Outcome, SmtpServer
from services.mail.texts import MailText
from stack.ports import LOOPBACK
from tests.mail.mailbox import mailbox
from tests.worlds.certificates import certify

SENDER = Sender("Rookery", "no-reply@rookery.example")
MAIL = Mail("0190", MailKind.EMAIL_CHANGED, 1_700_000_000_000, 1, "", "mira", Language.EN, None)
TEXT = MailText("A subject", "Plain.\n", "<p>HTML.</p>")
MIRA = "mira@example.org"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of loopback that nobody trusts by default, and its key."""
    return certify(tmp_path_factory.mktemp("tls"))


def server_of(port: int, **more) -> SmtpServer:
    return replace(SmtpServer(LOOPBACK, port, "starttls", "rookery", "right", 5.0), **more)


async def sent(server: SmtpServer) -> Delivery:
    return await server.send(compose(MAIL, TEXT, Language.EN, SENDER, MIRA), SENDER.address, MIRA)


def context_of(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_we_log_in_over_an_encrypted_connection(certificate, monkeypatch, loop):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(log_in(certificate))


async def log_in(certificate: tuple[Path, Path]) -> None:
    async with mailbox(context_of(certificate), asks_who=True) as box:
        assert await sent(server_of(box.port)) == Delivery(Outcome.SENT)
        assert len(box.messages) == 1 and box.logins[0].endswith("rookery:right")
        assert await sent(server_of(box.port, password="wrong")) == Delivery(Outcome.FAILED, "535")
        assert (await sent(server_of(box.port, tls="none"))).outcome is Outcome.FAILED
        assert len(box.messages) == 1


async def test_a_server_whose_certificate_is_not_trusted_gets_no_password(certificate):
    async with mailbox(context_of(certificate), asks_who=True) as box:
        assert (await sent(server_of(box.port))).outcome is Outcome.FAILED
        assert box.logins == [] and box.messages == []


async def test_a_server_that_cannot_encrypt_gets_no_password_and_no_mail():
    async with mailbox() as box:
        assert (await sent(server_of(box.port))).outcome is Outcome.FAILED
        assert box.logins == [] and box.messages == []


@pytest.mark.parametrize("name", ["Rookery\r\nBcc: thief@example.org", "Rookery\nBcc: x"])
def test_no_name_of_several_lines_is_sent(name):
    with pytest.raises(ValueError, match="CR or LF"):
        compose(MAIL, TEXT, Language.EN, Sender(name, SENDER.address), MIRA)


@pytest.mark.parametrize("name", ['A "b" <c>, d@e', "Rökery\u2028Bcc: thief@example.org", "a@b.org, c@d.org"])
async def test_no_name_adds_a_header_or_a_recipient(name):
    sender = Sender(name, SENDER.address)
    message = compose(MAIL, TEXT, Language.EN, sender, MIRA)
    assert sorted(message.keys()) == [
        "Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"
    ]
    async with mailbox() as box:
        server = server_of(box.port, tls="none", user="", password="")
        assert await server.send(message, sender.address, MIRA) == Delivery(Outcome.SENT)
        (came,) = box.messages
    assert sorted(came.keys()) == sorted(message.keys())
    assert [address.addr_spec for address in came["From"].addresses] == [SENDER.address]
    assert [address.addr_spec for address in came["To"].addresses] == [MIRA]


@pytest.mark.parametrize("address", ["a@b\r\nRCPT TO:<thief@example.org>", "a@b.org\nBcc: c@d.org", "a b@c.org"])
def test_no_address_adds_anything(address):
    with pytest.raises(ValueError, match=r"."):
        compose(MAIL, TEXT, Language.EN, SENDER, address)


@pytest.mark.parametrize("subject", ["Hello\r\nBcc: thief@example.org", "Hello\nX: y"])
def test_no_subject_adds_a_header(subject):
    with pytest.raises(ValueError, match="linefeed"):
        compose(MAIL, replace(TEXT, subject=subject), Language.EN, SENDER, MIRA)


@pytest.mark.parametrize("written", ["", "Rookery", "Rookery <rookery>", "<@example.org>", "Rookery <a b@example.org>"])
def test_a_sender_without_an_address_is_refused(written):
    with pytest.raises(ValueError, match="not written as"):
        Sender.of(written)


def test_a_mail_says_when_it_was_asked_for():
    message = compose(MAIL, TEXT, Language.EN, SENDER, MIRA)
    assert message["Date"].datetime == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert message["Message-ID"] == "<0190@rookery.example>"
