"""Redis is killed under people who are signed in, and comes back with what it had or empty: nobody is ever somebody else."""

import asyncio
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from graph.driver import Graph
from services.settings import Settings
from stack.ports import LOOPBACK, Ports
from tests.api.conftest import serving
from tests.api.product import PASSWORD, Product
from tests.api.test_sessions import LOG_IN, ME, REFRESH, Device, device_of, signed_in
from tests.execution.share import Share
from tests.programs import redis_program
from tests.stack.deadline import holds_within
from tests.worlds.waiting import until

NAMES = ("mira", "jo2", "kim")
ROUNDS = 3
"""What everybody does before Redis is killed, while it is away, and when it is back."""
PATIENCE = 60.0
GRACE = timedelta(minutes=5)
"""For which a used refresh token is answered again: its answer may be lost with Redis, and the machine may be busy."""


@dataclass(slots=True)
class OwnRedis:
    """A Redis with a file of what it is told, in a folder."""

    folder: Path
    port: int = field(default_factory=lambda: Ports.any_free().resolved().redis)
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    def start(self, *, emptied: bool = False) -> None:
        """Start it on its port, with what it had or without."""
        self.starts += 1
        data, log = self.folder / f"data{self.starts if emptied else 1}", self.folder / f"log{self.starts}"
        data.mkdir(exist_ok=True)
        arguments = ["--port", str(self.port), "--bind", LOOPBACK, "--save", "", "--appendonly", "yes", "--dir", str(data)]
        with log.open("wb") as out:
            self.process = subprocess.Popen([redis_program(), *arguments], stdout=out)
        assert holds_within(20, lambda: b"Ready to accept connections" in log.read_bytes())

    def kill(self) -> None:
        """Kill it at once."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    """A Redis that may be killed."""
    redis = OwnRedis(tmp_path)
    redis.start()
    yield redis
    redis.kill()


@pytest.fixture
async def killable(own_redis: OwnRedis, app_settings: Settings, graph: Graph, share: Share) -> AsyncIterator[Product]:
    """An empty product that has that Redis."""
    url = SecretStr(f"redis://{LOOPBACK}:{own_redis.port}/0")
    async with serving(app_settings.model_copy(update={"redis_url": url, "refresh_grace": GRACE}), share) as served:
        yield Product(served, graph)


@dataclass(slots=True)
class Client:
    """Somebody who reads and refreshes all the time, and signs in again when asked to; what they saw, and how often they did."""

    product: Product
    device: Device
    seen: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    refreshes: int = 0

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            answer = await self.product.ask(ME, self.device.person)
            self.seen[str(answer.data["viewer"]["username"]) if not answer.errors else reason_of(answer.errors[0])] += 1
            await self._refresh()
            self.rounds += 1

    async def _refresh(self) -> None:
        answer = await self.product.ask(REFRESH, input={"refreshToken": self.device.refresh})
        if answer.errors:
            self.seen[f"refreshing: {reason_of(answer.errors[0])}"] += 1
            if reason_of(answer.errors[0]) == "SESSION_ENDED":
                await self._sign_in_again()
            return
        self.device, self.refreshes = device_of(answer.data["refreshSession"]["session"]), self.refreshes + 1
        self.seen[self.device.person.username] += 1

    async def _sign_in_again(self) -> None:
        answer = await self.product.ask(LOG_IN, input={"login": self.device.person.username, "password": PASSWORD})
        if not answer.errors:
            self.device = device_of(answer.data["logIn"]["session"])
            self.seen[self.device.person.username] += 1


def reason_of(error: dict[str, dict[str, str]]) -> str:
    return error["extensions"].get("reason") or error["extensions"]["code"]


@pytest.mark.parametrize("emptied", [False, True], ids=["with its data", "emptied"])
async def test_whoever_is_signed_in_while_redis_is_killed_goes_on_or_signs_in_again_as_themselves(killable, own_redis, emptied):
    clients = []
    for name in NAMES:
        await killable.sign_up(name)
        clients.append(Client(killable, await signed_in(killable, name)))

    async def all_have(what: str) -> None:
        before = [getattr(each, what) for each in clients]
        enough = [count + ROUNDS for count in before]
        await until(
            lambda: all(getattr(each, what) >= count for each, count in zip(clients, enough, strict=True)), PATIENCE
        )

    running = [asyncio.create_task(each.run()) for each in clients]
    await all_have("refreshes")
    await asyncio.to_thread(own_redis.kill)
    await all_have("rounds")
    await asyncio.to_thread(own_redis.start, emptied=emptied)
    await all_have("refreshes")
    for task in running:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    for name, client in zip(NAMES, clients, strict=True):
        asked_again = client.seen["SESSION_ENDED"] + client.seen["refreshing: SESSION_ENDED"]
        assert (asked_again > 0) == emptied, client.seen
        others = client.seen.keys() - {name, "SESSION_ENDED", "refreshing: SESSION_ENDED", "refreshing: UNAVAILABLE"}
        assert not others and client.seen["refreshing: UNAVAILABLE"] > 0, client.seen
        assert (await killable.run(ME, client.device.person))["viewer"]["username"] == name
