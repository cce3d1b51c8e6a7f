"""Opens connections: TCP or TLS, the agreement on a version, authentication, and whether statements may stay with this server."""

import asyncio
import socket
import ssl
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import urlsplit

from neo4j._meta import BOLT_AGENT_DICT, USER_AGENT
from neo4j.exceptions import ServiceUnavailable

from graph.bolt.connection import BoltConnection, Owner
from graph.bolt.exchange import Opening, Wait
from graph.bolt.messages import Version, hello, logon, route

PORT = 7687
"""Where Neo4j listens unless told otherwise."""
OLDEST: Final[Version] = (5, 4)
NEWEST: Final[Version] = (5, 8)
HANDSHAKE = b"\x60\x60\xb0\x17" + bytes((0, NEWEST[1] - OLDEST[1], NEWEST[1], NEWEST[0])) + bytes(12)
"""The sign of Bolt, and four offers, of which we make one."""
AGREED = 4
"""Bytes of the answer, of which the last two are the version from behind; all zero where none of the offers is spoken."""
SINGLE, ROUTED = "bolt", "neo4j"


class NotServed(Exception):
    """Statements must go by the driver here: the server speaks no version that we speak, or is one of several."""


@dataclass(frozen=True, slots=True)
class BoltAddress:
    """Where a server is, and how to speak to it."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    is_routed: bool

    @classmethod
    def of(cls, uri: str) -> Self | None:
        """Read an address such as `bolt+s://host:7687`; None where only the driver understands it."""
        url = urlsplit(uri)
        scheme, _, trust = url.scheme.partition("+")
        if scheme not in {SINGLE, ROUTED} or not url.hostname or url.query:
            return None
        return cls(url.hostname, url.port or PORT, _tls(trust) if trust else None, scheme == ROUTED)


@dataclass(frozen=True, slots=True)
class Connector:
    """Opens connections to one server. `timeout` is in seconds, for all that opening one takes."""

    address: BoltAddress
    user: str
    password: str
    database: str
    timeout: float

    @classmethod
    def of(cls, uri: str, user: str, password: str, database: str, timeout: float) -> Self | None:
        """Return a connector; None where only the driver understands the address."""
        address = BoltAddress.of(uri)
        return None if address is None else cls(address, user, password, database, timeout)

    async def connect(self, owner: Owner) -> BoltConnection:
        """Return an authenticated connection.

        Raises:
            NotServed: the server speaks other versions, or is one of several.
            Neo4jError: it refuses us.
            ServiceUnavailable: it cannot be reached.

        """
        try:
            async with asyncio.timeout(self.timeout):
                return await self._opened(owner)
        except OSError as error:  # which a timeout is as well
            where = f"{self.address.host}:{self.address.port}"
            raise ServiceUnavailable(f"Couldn't connect to {where}: {error or 'it does not answer'}") from error

    async def _opened(self, owner: Owner) -> BoltConnection:
        to = self.address
        loop, name = asyncio.get_running_loop(), to.host if to.tls else None
        transport, handshake = await loop.create_connection(_Handshake, to.host, to.port, ssl=to.tls, server_hostname=name)
        try:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            transport.write(HANDSHAKE)
            version = await handshake.agreed
            connection = BoltConnection(transport, version, owner, self.timeout)
            await self._introduced(connection)
        except BaseException:
            transport.abort()
            raise
        return connection

    async def _introduced(self, connection: BoltConnection) -> None:
        """Say who we are, and ask whether there are other servers."""
        context = {"address": f"{self.address.host}:{self.address.port}"}
        extra = {
            "user_agent": USER_AGENT,
            "bolt_agent": BOLT_AGENT_DICT,
            "notifications_minimum_severity": "OFF",
            **({"routing": context} if self.address.is_routed else {}),
        }
        messages = [hello(extra), logon(self.user, self.password)]
        if self.address.is_routed:
            messages.append(route(context, self.database))
        loop = asyncio.get_running_loop()
        wait = Wait(self.timeout, loop.time() + self.timeout)
        openings = [Opening(each, loop.create_future(), wait) for each in messages]
        for each in openings:
            connection.send(each)
        answers = [await each.answer for each in openings]
        if self.address.is_routed and len(servers := _servers(answers[-1])) > 1:
            connection.close()
            raise NotServed(f"{len(servers)} servers share the work")


class _Handshake(asyncio.Protocol):
    """Agrees on a version."""

    def __init__(self) -> None:
        self.agreed: asyncio.Future[Version] = asyncio.get_running_loop().create_future()
        self._answer = b""

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if len(self._answer) < AGREED or self.agreed.done():
            return
        version = self._answer[3], self._answer[2]
        if len(self._answer) == AGREED and OLDEST <= version <= NEWEST:
            self.agreed.set_result(version)
        else:
            self.agreed.set_exception(NotServed(f"it answers {self._answer[:AGREED]!r} to Bolt {OLDEST} to {NEWEST}"))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.agreed.done():
            self.agreed.set_exception(exc or ConnectionResetError("it closed the connection"))


def _tls(trust: str) -> ssl.SSLContext:
    """Return how TLS is spoken: with a certificate that is verified (`s`), or with any (`ssc`)."""
    context = ssl.create_default_context()
    if trust != "s":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _servers(answer: Any) -> set[str]:
    """Return the addresses of a routing table."""
    return {address for server in answer["rt"]["servers"] for address in server["addresses"]}
