"""The story of a person over real clients: a browser with a passkey, a second device, an app of codes, and a mailbox."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import time
from typing import Any

import httpx
import pyotp
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.clients.browser import page_of
from tests.clients.product import Product
from tests.clients.programs import PATIENCE
from tests.mail.mailbox import Mailbox, mailbox
from tests.mail.mailing import token_of
from tests.worlds.waiting import until

NAME, EMAIL = "story_teller", "story@example.org"
FORGOTTEN, KNOWN = "a passphrase to forget", "a passphrase to remember"
SESSIONS = "{ sessions { id isCurrent deviceName } }"


async def mailed(box: Mailbox, subject: str) -> str:
    """Wait for a mail, and give the token of its link."""
    await until(lambda: any(subject in str(each["Subject"]) for each in box.messages), PATIENCE)
    (found,) = [each for each in box.messages if subject in str(each["Subject"])]
    return token_of(found)


@asynccontextmanager
async def with_mail(product: Product, box: Mailbox) -> AsyncIterator[str]:
    """Give the address of a server that sends mail, by a worker, for the length of a block."""
    mail = {
        "ROOKERY_SMTP_HOST": "127.0.0.1",
        "ROOKERY_SMTP_PORT": str(box.port),
        "ROOKERY_SMTP_TLS": "none",
        "ROOKERY_MAIL_FROM": "Rookery <no-reply@rookery.example>",
        "ROOKERY_MAIL_LINKS": "https://app.example.org/account",
    }
    product.running["worker for mail"] = await product.rookery("worker", **mail)
    address = await product.serve(**mail)
    try:
        yield address
    finally:
        await asyncio.gather(*(product.stop(each) for each in (address, "worker for mail")))


class Device:
    """A program on a second device, with tokens."""

    def __init__(self, address: str, http: httpx.AsyncClient) -> None:
        """Begin with no token."""
        self.address, self.http, self.token = address, http, ""

    async def ask(self, document: str, **given: Any) -> Any:
        """Run an operation, and give its data."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        body = {"query": document, "variables": {"input": given}}
        answer = (await self.http.post(f"http://{self.address}/graphql", json=body, headers=headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def sign_in(self, code: str) -> None:
        """Log in by the password and a code."""
        begun = await self.ask(
            "mutation ($input: LogInInput!) { logIn(input: $input) { session { expiresAt } secondFactor { challenge methods }} }",
            login=NAME, password=KNOWN, deviceName="Telephone",
        )
        challenge = begun["logIn"]["secondFactor"]
        assert begun["logIn"]["session"] is None
        assert {*challenge["methods"]} == {"TOTP", "RECOVERY_CODE", "PASSKEY"}
        done = await self.ask(
            "mutation ($input: CompleteLogInInput!) { completeLogIn(input: $input) { session { accessToken } } }",
            challenge=challenge["challenge"], code=code,
        )
        self.token = done["completeLogIn"]["session"]["accessToken"]

    @asynccontextmanager
    async def following(self) -> AsyncIterator[ClientConnection]:
        """Follow the home timeline over a WebSocket, from when it has begun."""
        url, protocol = f"ws://{self.address}/graphql", Subprotocol("graphql-transport-ws")
        async with connect(url, subprotocols=[protocol]) as socket:
            await socket.send(json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {self.token}"}}))
            await until_told(socket, "connection_ack")
            query = "subscription { homeTimeline { __typename } }"
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": query}}))
            await until_told(socket, "next")
            yield socket


async def until_told(socket: ClientConnection, kind: str) -> None:
    """Read on until a message of a kind comes."""
    async with asyncio.timeout(PATIENCE):
        while json.loads(await socket.recv())["type"] != kind:
            pass


async def test_the_story_of_a_person(product: Product, tmp_path: Path) -> None:
    async with mailbox() as box, with_mail(product, box) as address, page_of(address, tmp_path) as page:
        account = {"username": NAME, "email": EMAIL, "password": FORGOTTEN}
        await page.mutate("signUp", account, "session { viewer { username } }", session=True)
        await page.mutate("verifyEmail", {"token": await mailed(box, "Confirm")}, "email")
        assert (await page.query("{ account { email emailVerified } }"))["account"] == {"email": EMAIL, "emailVerified": True}

        await page.log_out()
        assert await page.viewer() is None
        await page.mutate("requestPasswordReset", {"email": EMAIL}, "endsAt")
        await page.mutate("resetPassword", {"token": await mailed(box, "new password"), "newPassword": KNOWN}, "username")
        await page.mutate("logIn", {"login": NAME, "password": KNOWN}, "session { expiresAt }", session=True)

        assert len(await page.run('await addPasskey("Virtual")')) == 10
        secret = (await page.query("mutation { enrolTotp { secret } }"))["enrolTotp"]["secret"]
        app = pyotp.TOTP(secret)
        await page.mutate("confirmTotp", {"code": app.now()}, "recoveryCodes")

        telephone = Device(address, product.http)
        await telephone.sign_in(app.at(int(time()) + app.interval))  # each is good once
        async with telephone.following() as socket:
            both = (await page.query(SESSIONS))["sessions"]
            (other,) = [each for each in both if not each["isCurrent"]]
            assert (len(both), other["deviceName"]) == (2, "Telephone")
            await page.mutate("revokeSession", {"sessionId": other["id"]}, "revokedSessionId")
            with pytest.raises(ConnectionClosed) as closed:
                await until_told(socket, "nothing more")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403
        left = (await page.query(SESSIONS))["sessions"]
        assert [each["isCurrent"] for each in left] == [True]
