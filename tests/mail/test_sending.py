"""Mails reach the server: at least once, each time under the same Message-ID, whatever the server says or does not say."""

import asyncio
import os
import sys
from dataclasses import replace

import pytest
import structlog
from prometheus_client import CollectorRegistry, generate_latest

from services.mail.metrics import MailMetrics
from services.mail.runner import MailRunner
from services.mail.sending import pause_after
from services.mail.smtp import Outcome, SmtpServer
from tests.mail.mailing import Mailing, token_of
from tests.worlds.processes import unmeasured
from tests.worlds.waiting import until

MIRA = "mira@example.org"


@pytest.fixture
async def waiting(mailing):
    """Give a product with one mail that is to be sent."""
    await mailing.product.sign_up("mira")
    await mailing.settle()
    return mailing


def counted(mailing):
    """Return how tries ended."""
    return mailing.runner.sending.metrics.tries


async def test_a_server_that_has_no_time_is_asked_again_with_the_same_message_id(waiting):
    waiting.box.answers[:] = ["451 later", "421 later still"]
    assert len(await waiting.send()) == 1
    (mail,) = await waiting.stored()
    assert (mail["state"], mail["attempts"], mail["reason"]) == ("WAITING", 1, "451")
    assert mail["dueAt"] > mail["createdAt"]
    assert await waiting.send() == []
    for _ in range(2):
        await waiting.make_due()
        await waiting.send()
    assert await waiting.stored() == []
    messages = waiting.box.messages
    assert len(messages) == 3
    assert {message["Message-ID"] for message in messages} == {f"<{mail['id']}@rookery.example>"}
    assert len({token_of(message) for message in messages}) == 1
    assert len({message["Date"] for message in messages}) == 1


async def test_a_server_that_puts_strangers_off_is_asked_again(waiting):
    waiting.box.recipients[MIRA] = "450 come back later"
    await waiting.send()
    (mail,) = await waiting.stored()
    assert (mail["state"], mail["reason"], waiting.box.messages) == ("WAITING", "450", [])
    waiting.box.empty()
    await waiting.make_due()
    assert len(await waiting.send()) == 1


def test_pauses_grow_up_to_an_hour():
    pauses = [pause_after(attempts) for attempts in range(1, 60)]
    assert pauses[:4] == [15, 30, 60, 120]
    assert pauses == sorted(pauses) and pauses[-1] == 3_600


@pytest.mark.parametrize("where", ["recipient", "text"])
async def test_what_is_refused_for_good_is_retained_and_logged_without_the_address(waiting, where):
    if where == "recipient":
        waiting.box.recipients[MIRA] = f"550 no mailbox {MIRA}"
    else:
        waiting.box.answers[:] = [f"554 not from us, {MIRA}"]
    with structlog.testing.capture_logs() as lines:
        await waiting.send()
    (mail,) = await waiting.stored()
    assert (mail["state"], mail["reason"]) == ("REFUSED", "550" if where == "recipient" else "554")
    await waiting.make_due()
    sent = len(waiting.box.messages)
    await waiting.send()
    assert len(waiting.box.messages) == sent
    assert [line["event"] for line in lines if "mail" in line["event"]] == ["mail_given_up"]  # others may be of what runs beside
    assert "mira" not in str(lines)


async def test_what_the_operator_can_mend_is_no_refusal_of_the_mail(waiting):
    waiting.box.sender = "550 we do not know you"
    await waiting.send()
    (mail,) = await waiting.stored()
    assert (mail["state"], mail["reason"]) == ("WAITING", "550")
    waiting.box.empty()
    await waiting.make_due()
    assert len(await waiting.send()) == 1


async def test_a_server_that_is_not_there_is_waited_for(waiting):
    sending = waiting.runner.sending
    nowhere = replace(sending, server=replace(sending.server, port=1))
    await nowhere.send_due()
    (mail,) = await waiting.stored()
    assert (mail["state"], mail["reason"]) == ("WAITING", "SMTPConnectError")


async def test_a_server_that_hangs_holds_up_nothing_else(waiting):
    product = waiting.product
    waiting.box.gate.clear()
    running = asyncio.create_task(replace(waiting.runner, look_every=0.05).run())
    await until(lambda: waiting.box.messages)
    jo = await product.sign_up("jo2")
    await product.post(jo)
    await waiting.settle()  # every other consumer has all of it, and that of mail as well
    (first, second) = sorted(await waiting.stored(), key=lambda mail: mail["createdAt"])
    assert (first["attempts"], second["state"]) == (1, "WAITING")
    await until(lambda: reasons(waiting))  # it was given up for now, and is tried again later
    waiting.box.gate.set()
    await until(lambda: nothing_is_left(waiting))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    ids = [message["Message-ID"] for message in waiting.box.messages]
    assert len(set(ids)) == 2


async def reasons(waiting):
    return [mail for mail in await waiting.stored() if mail.get("reason") in ("SMTPReadTimeoutError", "TimeoutError")]


async def nothing_waits(waiting):
    return not await waiting.stored()


async def nothing_is_left(waiting):
    await waiting.make_due()
    return not await waiting.stored()


async def test_two_workers_send_a_mail_once(waiting):
    sending = waiting.runner.sending
    (mail,) = await waiting.stored()
    await asyncio.gather(*(sending.send(mail["id"]) for _ in range(4)))
    assert len(waiting.box.messages) == 1
    assert await waiting.stored() == []


async def test_a_mail_is_tried_until_its_link_ends(waiting):
    waiting.box.answers[:] = ["451 later"]
    await waiting.send()
    await waiting.product.cypher("MATCH (l:EmailLink) SET l.expiresAt = timestamp() RETURN 1")
    await waiting.make_due()
    assert await waiting.send() == []
    assert [mail["state"] for mail in await waiting.stored()] == ["EXPIRED"]


async def test_what_ended_is_forgotten_in_time(waiting):
    forget = waiting.product.graph.write
    waiting.box.answers[:] = ["554 no"]
    await waiting.send()
    (mail,) = await waiting.stored()
    assert await forget("mail/forget", at=mail["dueAt"] - 1, most=10) == 0
    assert await forget("mail/forget", at=mail["dueAt"], most=10) == 1
    (ends,) = await waiting.product.cypher("MATCH (l:EmailLink) RETURN collect(l.expiresAt)")
    assert await forget("mail/forget_links", before=ends, most=10) == 0
    assert await forget("mail/forget_links", before=ends + 1, most=10) == 1


async def test_a_mail_that_cannot_be_written_holds_up_no_other(waiting):
    await waiting.product.cypher("MATCH (m:Mail) SET m.toSealed = 'broken' RETURN 1")
    await waiting.product.sign_up("jo2")
    await waiting.settle()
    (mail,) = await waiting.send()
    assert mail["To"] == "jo2@example.org"
    assert [left["reason"] for left in await waiting.stored()] == ["SealBroken"]


async def test_each_try_is_counted(mailing):
    registry = CollectorRegistry()
    sending = replace(mailing.runner.sending, metrics=MailMetrics.of(registry))
    counting = Mailing(mailing.product, MailRunner(sending), mailing.box)
    await counting.product.people("mira", "jo2", "kim")
    await counting.settle()
    counting.box.answers[:] = ["451 later"]
    counting.box.recipients[MIRA] = "550 no"
    await counting.send()
    text = generate_latest(registry).decode()
    for outcome in Outcome:
        assert f'rookery_mail_tries_total{{outcome="{outcome.value}"}} 1.0' in text


async def test_a_runner_is_woken_and_finishes_what_it_sends_when_it_is_stopped(mailing):
    running = asyncio.create_task(replace(mailing.runner, look_every=60.0).run())
    mailing.box.gate.clear()
    await mailing.product.sign_up("mira")
    while not mailing.box.messages:
        await mailing.settle()
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.sleep(0)
    mailing.box.gate.set()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled() and await mailing.stored() == []


async def test_a_worker_that_is_killed_in_the_middle_loses_no_mail(waiting):
    waiting.box.gate.clear()
    first = await started(waiting)
    try:
        await until(lambda: waiting.box.messages, 60)
    finally:
        first.kill()
        await first.wait()
    waiting.box.gate.set()
    second = await started(waiting)
    try:
        await until(lambda: nothing_waits(waiting), 60)
    finally:
        second.kill()
        await second.wait()
    ids = {message["Message-ID"] for message in waiting.box.messages}
    assert len(waiting.box.messages) == 2 and len(ids) == 1


async def started(waiting):
    """Start a process that sends mail."""
    settings = waiting.product.served.parts.settings
    names = (
        "neo4j_uri", "neo4j_password", "redis_url", "s3_endpoint", "token_secret", "seal_secret", "smtp_host", "smtp_port",
        "smtp_tls", "mail_from", "mail_links",
    )
    values = {name: getattr(settings, name) for name in names}
    told = {
        f"ROOKERY_{name.upper()}": str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
        for name, value in values.items()
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.mail.killable", env=unmeasured({**os.environ, **told, "ROOKERY_SMTP_TIMEOUT": "0.5"})
    )


def test_a_password_is_not_shown():
    server = SmtpServer("localhost", 25, "none", "rookery", "do not show this", 1.0)
    assert "do not show this" not in repr(server)
