"""While the secret changes everybody logs in, gets mail and resets passwords; nobody gets an address twice; nothing is lost."""

import asyncio
import subprocess
import sys
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from clock import now_ms
from commands.rotate_keys import told_of_tokens
from errors import Conflict
from graph.idempotency import AlreadyMade, Once
from parts import Parts, open_parts
from services.accounts.viewer import SignedIn, Viewer
from services.derived_keys import key_id
from services.key_rotation.key_check import KeyCheck
from services.key_rotation.rotation import KeyRotation
from services.key_rotation.sealed_properties import SEALED as PROPERTIES
from services.mail.metrics import MailMetrics
from services.mail.runner import MailRunner
from services.sealing import KeyMissing, key_of
from tests.api.product import PASSWORD
from tests.mail.mailing import NEW_PASSWORD, Mailing, token_of
from tests.worlds.delivery import handle, taken
from tests.worlds.processes import COMMAND, ROOT, environment, unmeasured
from worker import consumers_of, mail_runner_of

OLD, NEW = "test seal secret of 32 bytes or more!", "another seal secret of 32 bytes or more"
KNOWN, USED = f"{OLD},{NEW}", f"{NEW},{OLD}"
"""The new secret is behind the old one, so that every process knows it, and then in front, so that it is used."""
ADDRESS = "127.0.0.1"
SEALED = """
MATCH (n) WHERE n:Account OR n:EmailLink OR n:Mail
RETURN collect(coalesce(n.emailSealed, n.toSealed))
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """A web process and a worker of a moment of the rotation."""

    parts: Parts
    mailing: Mailing
    runner: MailRunner

    async def sign_up(self, name: str, address: str | None = None, once: Once | None = None) -> None:
        await self.parts.accounts.sign_up.run(name, address or f"{name}@example.org", PASSWORD, None, ADDRESS, once)

    async def log_in(self, name: str, password: str = PASSWORD) -> str:
        return (await self._signed_in(f"{name}@example.org", password)).user.username

    async def viewer(self, name: str) -> Viewer:
        return (await self._signed_in(name, PASSWORD)).tokens.access.viewer

    async def _signed_in(self, name_or_email: str, password: str) -> SignedIn:
        outcome = await self.parts.accounts.log_in.run(name_or_email, password, ADDRESS)
        assert isinstance(outcome, SignedIn)
        return outcome

    async def mails(self):
        """Let the worker act and send, and return what came by whom it is to."""
        events, box = await taken(self.mailing.product.graph), self.mailing.box
        consumers = consumers_of(self.parts, self.mailing.product.served.processor, self.runner)
        await handle([each for each in consumers if each.group == "password-resets"], events)
        box.messages.clear()
        while await self.runner.sending.send_due():
            pass
        return {str(message["To"]): message for message in box.messages}


@pytest.fixture
def stage(mailing, mail_settings):
    """Open the parts of a moment, by its secrets."""

    @asynccontextmanager
    async def opened(secrets):
        async with open_parts(mail_settings.model_copy(update={"seal_secret": SecretStr(secrets)})) as parts:
            yield Stage(parts, mailing, mail_runner_of(parts, MailMetrics.of(CollectorRegistry())))

    return opened


@pytest.fixture
def command(mail_settings):
    """Run `rookery rotate-keys` with secrets."""

    def run(secrets, *arguments):
        environ = {**environment(mail_settings), "ROOKERY_SEAL_SECRET": secrets, "COLUMNS": "200"}
        return subprocess.run(
            [*COMMAND, "rotate-keys", *arguments], env=environ, cwd=ROOT, capture_output=True, text=True, check=False
        )

    return run


async def keys_of(mailing):
    return Counter(key_of(sealed) for sealed in await mailing.product.cypher(SEALED))


async def rotate(stage_, batch=200):
    secrets = stage_.parts.settings.seal_secret.get_secret_value()
    return await KeyRotation.of(stage_.parts.writer, secrets, batch).run(lambda *_: None)


async def test_at_every_moment_people_sign_up_log_in_get_mail_and_reset_passwords(stage, mailing):
    names: list[str] = []
    for at, (secrets, rotates) in enumerate([(OLD, False), (KNOWN, False), (USED, False), (USED, True), (NEW, False)]):
        async with stage(secrets) as now:
            if rotates:
                await rotate(now)
            for name in names:
                assert await now.log_in(name) == name
                with pytest.raises(Conflict):
                    await now.sign_up(f"{name}x", f"{name}@example.org")
            names.append(f"person{at}")
            await now.sign_up(names[-1])
            assert (await now.mails()).keys() == {f"{names[-1]}@example.org"}
    assert await keys_of(mailing) == {key_id(NEW): 2 * len(names)}  # of each the account and a link


async def test_links_and_requests_of_before_are_good_after_each_step(stage):
    async with stage(KNOWN) as before, stage(USED) as after:
        for name in ("verifies", "resets", "asks", "changes"):
            await before.sign_up(name)
        verification = token_of((await before.mails())["verifies@example.org"])
        await before.parts.accounts.password_reset.request("resets@example.org", ADDRESS)
        reset = token_of((await before.mails())["resets@example.org"])
        await before.parts.accounts.password_reset.request("asks@example.org", ADDRESS)  # its event waits through the rotation
        viewer = await before.viewer("changes")
        await before.parts.accounts.email_change.request(viewer, "changed@example.org", PASSWORD, ADDRESS)
        await rotate(after)
        assert (await after.parts.accounts.emails.verify(None, verification, ADDRESS)).email == "verifies@example.org"
        await after.parts.accounts.password_reset.reset(reset, NEW_PASSWORD, ADDRESS)
        assert await after.log_in("resets", NEW_PASSWORD) == "resets"
        mails = await after.mails()
        await after.parts.accounts.password_reset.reset(token_of(mails["asks@example.org"]), NEW_PASSWORD, ADDRESS)
        change = token_of(mails["changed@example.org"])
        assert (await after.parts.accounts.emails.verify(None, change, ADDRESS)).email == "changed@example.org"
        assert (await after.parts.accounts.log_in.run("changed@example.org", PASSWORD, ADDRESS)).user.username == "changes"
        assert await after.parts.accounts.emails.of(viewer)


async def test_of_two_who_take_an_address_at_once_by_two_keys_one_gets_it(stage, mailing):
    async with stage(KNOWN) as first, stage(USED) as second:
        for turn in range(5):
            address = f"wanted{turn}@example.org"
            tries = (each.sign_up(f"wanted{turn}{at}", address) for at, each in enumerate((first, second)))
            outcomes = await asyncio.gather(*tries, return_exceptions=True)
            assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "NoneType"], outcomes
    assert await mailing.product.cypher("MATCH (a:Account) RETURN count(a)") == 5


async def test_a_change_to_an_address_that_somebody_has_by_the_other_key_is_refused(stage):
    async with stage(KNOWN) as before, stage(USED) as after:
        await before.sign_up("mover")
        await before.mails()
        viewer = await before.viewer("mover")
        await before.parts.accounts.email_change.request(viewer, "target@example.org", PASSWORD, ADDRESS)
        token = token_of((await before.mails())["target@example.org"])
        await after.sign_up("target")
        for each in (before, after):
            with pytest.raises(Conflict):
                await each.parts.accounts.emails.verify(None, token, ADDRESS)


async def test_a_sign_up_sent_again_after_the_step_is_known(stage):
    once = Once("signUp", "key", "input", now_ms())
    async with stage(KNOWN) as before, stage(USED) as after:
        await before.sign_up("again", once=once)
        with pytest.raises(AlreadyMade):
            await after.sign_up("again", once=once)


async def test_two_rotations_at_once_beside_traffic_do_each_value_once(stage, mailing):
    async with stage(KNOWN) as before, stage(USED) as after:
        for at in range(6):
            await before.sign_up(f"person{at}")
        first, second, *_ = await asyncio.gather(
            rotate(after, 1), rotate(after, 2), *(after.log_in(f"person{at}") for at in range(6)),
            *(after.parts.accounts.password_reset.request(f"person{at}@example.org", ADDRESS) for at in range(6)),
        )  # fmt: skip
        assert sum(each.resealed for each in (*first, *second)) == 18  # accounts, links and mails of six people
        assert await keys_of(mailing) == {key_id(NEW): 18}
        assert len(await after.mails()) == 6


async def test_a_rotation_that_is_killed_between_batches_is_ended_by_the_next(stage, mailing, mail_settings, command):
    async with stage(KNOWN) as before:
        for at in range(5):
            await before.sign_up(f"person{at}")
    environ = unmeasured({**environment(mail_settings), "ROOKERY_SEAL_SECRET": USED})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.mail.rotating", env=environ, cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            assert await process.stdout.readline() == b"Account.emailSealed 2 2\n"
    finally:
        process.kill()
        await process.wait()
    assert await keys_of(mailing) == {key_id(NEW): 2, key_id(OLD): 13}
    async with stage(KNOWN) as one, stage(USED) as other:  # in the middle of it, by either
        for at in range(5):
            assert await one.log_in(f"person{at}") == await other.log_in(f"person{at}")
    checked = command(USED, "--check")
    assert checked.returncode == 3 and f"Key {key_id(OLD)} is still needed" in checked.stdout
    assert (await keys_of(mailing))[key_id(OLD)] == 13
    done = command(USED)
    assert done.returncode == 0, done.stderr
    assert "Account.emailSealed: 3 sealed anew" in done.stderr
    assert f"Key {key_id(OLD)} is no longer needed" in done.stdout
    assert await keys_of(mailing) == {key_id(NEW): 15}
    assert command(USED).stderr.count(": 0 sealed anew") == len(PROPERTIES)
    async with stage(NEW) as after:
        assert len(await after.mails()) == 5


async def test_a_missing_key_is_named_and_nothing_is_lost(stage, mailing, command):
    async with stage(OLD) as before:
        await before.sign_up("mira")
    missing = key_id(OLD)
    sealed = await mailing.product.cypher(SEALED)
    async with stage(NEW) as wrong:
        with pytest.raises(KeyMissing):  # so that the server is not ready, and nobody signs up with an address that is taken
            await KeyCheck(wrong.parts.graph, wrong.parts.accounts.addresses).check()
        viewer = await wrong.viewer("mira")
        with pytest.raises(KeyMissing, match=f"key {missing}, whose secret is not in ROOKERY_SEAL_SECRET"):
            await wrong.parts.accounts.emails.of(viewer)
        assert await wrong.mails() == {}
    (waiting,) = await mailing.stored()
    assert (waiting["state"], missing in waiting["reason"]) == ("WAITING", True)
    done = command(NEW)
    assert done.returncode == 3 and f"Key {missing} is missing" in done.stdout
    assert await mailing.product.cypher(SEALED) == sealed
    await mailing.make_due()
    async with stage(USED) as back:
        await KeyCheck(back.parts.graph, back.parts.accounts.addresses).check()
        assert (await back.mails()).keys() == {"mira@example.org"}
        assert await back.log_in("mira") == "mira"


async def test_an_address_that_two_have_since_a_step_was_skipped_is_left_and_told(stage, mailing, command):
    async with stage(OLD) as one, stage(NEW) as other:  # a process that does not know the new secret yet, and one that uses it
        await one.sign_up("first", "both@example.org")
        await other.sign_up("second", "both@example.org")
        await one.sign_up("third")
    done = command(USED)
    assert done.returncode == 3 and "has the address of another account" in done.stdout
    assert "Account.emailSealed: 1 sealed anew" in done.stderr
    assert await keys_of(mailing) == {key_id(NEW): 8, key_id(OLD): 1}


async def test_what_was_changed_in_the_store_is_named_and_keeps_no_key(stage, mailing, command):
    async with stage(OLD) as before:
        await before.sign_up("mira")
        await before.sign_up("noa")
    sealed, id_ = await mailing.product.cypher("MATCH (a:Account) RETURN [a.emailSealed, a.userId] ORDER BY a.userId LIMIT 1")
    head, _, text = sealed.rpartition(".")
    changed = f"{head}.{text[::-1]}"
    await mailing.product.cypher("MATCH (a:Account {userId: $id}) SET a.emailSealed = $changed RETURN 1", id=id_, changed=changed)
    for _ in range(2):
        done = command(USED)
        assert done.returncode == 3
        assert f"Account.emailSealed of {id_} cannot be opened" in done.stdout
        assert f"Key {key_id(OLD)} is no longer needed" in done.stdout
    assert await mailing.product.cypher("MATCH (a:Account {userId: $id}) RETURN a.emailSealed", id=id_) == changed
    async with stage(NEW) as after:
        assert await after.log_in("noa") == "noa"


def test_how_long_an_old_key_of_tokens_is_needed_names_what_outlives_that(settings):
    both = settings.model_copy(update={"token_secret": SecretStr(f"{NEW},{OLD}")})
    told = told_of_tokens(both)
    assert f"{key_id(OLD)} can go 30 days" in told and "device tokens live for longer" in told
