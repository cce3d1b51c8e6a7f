"""Each role of Redis in a server of its own: the same pages, in two steps, whichever of them is away."""

import asyncio
import itertools
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from redis.exceptions import ConnectionError as RedisConnectionError

from errors import Unavailable
from graph.ids import pack
from graph.rows.posts import Delivery
from keyspace import keys
from keyspace.client import Keyspace, Observer
from keyspace.documents import SharedDocuments
from keyspace.epochs import Epochs
from keyspace.limits import Allowance, RateLimits
from keyspace.pipelined import Command
from keyspace.roles import Role, role_of
from keyspace.scanning import scanned
from keyspace.servers import RedisServers
from services.delivery.lost_streams import LostStreams
from services.settings import Settings
from stack.ports import LOOPBACK, Ports
from tests.feed.conftest import Found
from tests.programs import redis_program
from tests.stack.deadline import holds_within
from tests.worlds.stepped import SteppedProcess
from tests.worlds.town import Town
from tests.worlds.waiting import PATIENT, until
from tests.worlds.working import working

AWAY = SecretStr("redis://127.0.0.1:1")
NAMES = [f"redis_{role}_url" for role in Role]
TO_THE_END = 1_000
"""More round trips than anything takes."""


@contextmanager
def redis_in(folder: Path) -> Iterator[str]:
    """Run a Redis, and give its address."""
    folder.mkdir()
    port = Ports.any_free().resolved().redis
    arguments = ["--port", str(port), "--bind", LOOPBACK, "--save", ""]
    with (folder / "log").open("wb") as log, subprocess.Popen([redis_program(), *arguments], cwd=folder, stdout=log) as server:
        try:
            assert holds_within(20, lambda: b"Ready to accept connections" in (folder / "log").read_bytes())
            yield f"redis://{LOOPBACK}:{port}/0"
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def servers_of_roles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, SecretStr]]:
    """Two servers: one for timelines, one for rows; limits and streams are in the common one."""
    folder = tmp_path_factory.mktemp("redis")
    with ExitStack() as open_:
        yield {name: SecretStr(open_.enter_context(redis_in(folder / name))) for name in NAMES[:2]}


@pytest.fixture
async def addresses(servers_of_roles: Mapping[str, SecretStr]) -> Mapping[str, SecretStr]:
    """The same servers, emptied."""
    for url in servers_of_roles.values():
        keyspace = Keyspace.open(url.get_secret_value())
        await keyspace.command("FLUSHALL")
        await keyspace.close()
    return servers_of_roles


@pytest.fixture
async def apart(found_town: Found, addresses: Mapping[str, SecretStr]) -> Town:
    """A process with three servers, and the people of the town."""
    town = found_town(**addresses)
    await town.settle("ada", "bea", "cid", "dov")
    return town


def recorder(names: list[str]) -> Observer:
    """Return what appends the name of each round trip."""
    return lambda name, _: names.append(name)


async def asked(town: Town, who: str) -> Mapping[Role, list[str]]:
    """Read a page, and return what each Redis was asked."""
    trips: dict[Role, list[str]] = {role: [] for role in Role}
    for role in (Role.TIMELINES, Role.ROWS, Role.STREAMS):
        town.parts.redis.of(role).observe = recorder(trips[role])
    await town.ids(who)
    return trips


async def test_a_warm_page_is_one_step_at_each_of_two_servers(apart):
    await apart.follow("ada", "bea")
    await apart.has_written("bea", 30)
    for _ in range(2):
        await apart.ids("ada")
    statements: list[str] = []
    object.__setattr__(apart.parts.graph, "observe", lambda name, _: statements.append(name))
    trips = await asked(apart, "ada")
    assert trips == {Role.TIMELINES: ["home_ids"], Role.ROWS: ["hydrate"], Role.STREAMS: [], Role.LIMITS: [], Role.SESSIONS: []}
    assert statements == []


@pytest.mark.parametrize("mode", [Delivery.PUSH, Delivery.PULL])
async def test_every_change_takes_effect_on_the_next_page(apart, mode):
    await apart.parts.delivery_controls.pin(threshold=0, mode=mode)
    await apart.follow("ada", "bea", "cid")
    await apart.deliver()
    assert await apart.ids("ada") == []
    posts = [await apart.post(who) for who in ("bea", "cid", "dov", "bea")]
    await apart.deliver()
    assert await apart.ids("ada") == [posts[3], posts[1], posts[0]]
    await apart.follow("ada", "dov")
    assert await apart.ids("ada") == posts[::-1]
    await apart.unfollow("ada", "bea")
    for _ in range(3):
        assert await apart.ids("ada") == [posts[2], posts[1]]
    await apart.follow("ada", "bea")
    assert await apart.ids("ada") == posts[::-1]
    await apart.delete("cid", posts[1])
    await apart.block("dov", "ada")
    assert await apart.ids("ada") == [posts[3], posts[0]]
    await apart.deliver()
    assert await apart.walk("ada", first=1) == [posts[3], posts[0]]


async def test_whom_a_viewer_follows_is_built_anew_when_a_page_knows_that_it_is_outdated(apart):
    await apart.parts.delivery_controls.pin(threshold=0, mode=Delivery.PULL)
    await apart.follow("ada", "bea", "cid")
    await apart.deliver()
    posts = [await apart.post(who) for who in ("cid", "bea")]
    assert await apart.ids("ada") == posts[::-1]
    await apart.unfollow("ada", "bea")
    followed = keys.followed(apart.people["ada"].key)
    for _ in range(4):
        assert await apart.ids("ada") == posts[:1]
    members = await apart.parts.keyspace.command("SMEMBERS", followed)
    assert b"%d" % apart.people["bea"].key not in members
    assert b"%d" % apart.people["cid"].key in members


async def test_a_new_follow_ends_what_says_that_there_is_none(apart):
    viewer, other = apart.people["ada"], apart.people["bea"]
    rows = apart.parts.redis.of(Role.ROWS)
    await rows.command("HSET", keys.relationships(viewer.key), pack(other.id), b"-")
    await apart.parts.delivery.cached.merge(viewer.key, (other.id, other.key), [])
    assert not await rows.command("HEXISTS", keys.relationships(viewer.key), pack(other.id))


@pytest.mark.parametrize("known", [True, False], ids=["whom the set has", "whom the set lacks"])
async def test_no_page_undoes_a_follow_wherever_both_stop_and_go_on(
    apart: Town, settings: Settings, addresses: Mapping[str, SecretStr], known: bool
) -> None:
    """The relationship of before the follow is cached. Follow and page make their round trips in any order."""
    await apart.parts.delivery_controls.pin(threshold=0, mode=Delivery.PULL)
    await apart.follow("ada", "bea")
    post = await apart.post("bea")
    viewer, other = apart.people["ada"], apart.people["bea"]
    changed = settings.model_copy(update={**PATIENT, **addresses})
    follow, page = SteppedProcess.open(changed), SteppedProcess.open(changed)
    page.town.people = apart.people
    for steps, begins, ends in itertools.product(itertools.product(range(3), range(4)), (1, -1), (1, -1)):
        assert await apart.ids("ada") == [post]
        await _outdate(apart, post, known=known)
        merge, read = follow.parts.delivery.cached.merge(viewer.key, (other.id, other.key), []), page.town.ids("ada")
        for process, doing, count in [*zip((follow, page), (merge, read), steps, strict=True)][::begins]:
            process.begin(doing)
            await process.go_on(count)
        for process in (follow, page)[::ends]:
            assert process.is_idle or await process.go_on(TO_THE_END)
        for _ in range(2):
            assert await apart.ids("ada") == [post], (steps, begins, ends)
    for process in (follow, page):
        await process.parts.close()


async def _outdate(apart: Town, post: str, *, known: bool) -> None:
    """Let what is cached be older than the follow of Bea by Ada, and no list have her post but that of her recent ones."""
    timelines, rows = apart.parts.redis.of(Role.TIMELINES), apart.parts.redis.of(Role.ROWS)
    viewer, other = apart.people["ada"], apart.people["bea"]
    await timelines.command("LREM", keys.timeline(viewer.key), 1, pack(post))
    await timelines.command("DEL", keys.pulled_of(viewer.key))
    await timelines.command("SADD" if known else "SREM", keys.followed(viewer.key), other.key)
    await rows.command("HSET", keys.relationships(viewer.key), pack(other.id), b"-")


@pytest.mark.parametrize("away", NAMES)
async def test_pages_are_right_without_any_one_of_the_servers(found_town, addresses, away):
    town = found_town(**{**addresses, away: AWAY})
    await town.settle("ada", "bea")
    await town.follow("ada", "bea")
    post = await town.post("bea")
    assert await town.ids("ada") == [post]
    assert await town.ids("ada") == [post]


@contextmanager
def out_of_reach(keyspace: Keyspace) -> Iterator[None]:
    """Let a process not reach a Redis in a block; what it holds stays."""
    shared, keyspace.shared = keyspace.shared, Unreachable()  # type: ignore[assignment]
    try:
        yield
    finally:
        keyspace.shared, keyspace._open_until = shared, 0.0


class Unreachable:
    """A connection that cannot be made."""

    async def ask_all(self, _commands: Sequence[Command]) -> list[Any]:
        raise RedisConnectionError

    async def close(self) -> None:
        """There is nothing to close."""


@pytest.fixture
async def warm(apart: Town) -> list[str]:
    """Let Ada follow Bea and Cid, and have read what they wrote; give the posts, oldest first."""
    await apart.follow("ada", "bea", "cid")
    await apart.deliver()
    assert await apart.ids("ada") == []
    posts = [await apart.post(who) for who in ("bea", "cid", "dov", "bea")]
    await apart.deliver()
    for _ in range(2):
        assert await apart.ids("ada") == [posts[3], posts[1], posts[0]]
    return posts


@pytest.fixture
async def delivered_as(apart: Town, mode: Delivery) -> None:
    """Let posts be delivered so."""
    await apart.parts.delivery_controls.pin(threshold=0, mode=mode)


ROLES_APART = [Role.TIMELINES, Role.ROWS, Role.STREAMS]
MODES = [Delivery.PUSH, Delivery.PULL]


async def change(town: Town, posts: list[str]) -> list[str]:
    """Let Ada follow Dov and unfollow Cid, and Bea delete a post; give what Ada's page shows at once."""
    await town.follow("ada", "dov")
    await town.unfollow("ada", "cid")
    await town.delete("bea", posts[3])
    return [posts[2], posts[0]]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("role", ROLES_APART)
@pytest.mark.usefixtures("delivered_as")
async def test_warm_pages_are_right_while_a_server_is_away_and_when_it_is_back(apart, warm, role):
    with out_of_reach(apart.parts.redis.of(role)):
        shown = await change(apart, warm)
        for _ in range(2):
            assert await apart.ids("ada") == shown
        shown = [await apart.post("dov"), *shown]
    await apart.deliver()
    for _ in range(3):
        assert await apart.ids("ada") == shown
    assert await apart.walk("ada", first=1) == shown


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("role", ROLES_APART)
@pytest.mark.usefixtures("delivered_as")
async def test_warm_pages_are_right_when_a_server_has_lost_all(apart, warm, role):
    await apart.parts.redis.of(role).command("FLUSHALL")
    assert await apart.ids("ada") == [warm[3], warm[1], warm[0]]
    shown = await change(apart, warm)
    await apart.parts.redis.of(role).command("FLUSHALL")
    for _ in range(2):
        assert await apart.ids("ada") == shown
    shown = [await apart.post("dov"), *shown]
    await apart.deliver()
    assert await apart.ids("ada") == shown
    assert await apart.walk("ada", first=1) == shown


async def lose_events(town: Town) -> None:
    """Let the relay have moved what waits to a Redis that then loses all."""
    await town.outbox()
    await town.parts.redis.of(Role.STREAMS).command("FLUSHALL")


async def test_what_was_lost_with_the_streams_is_on_the_next_page_when_a_worker_has_noticed(apart, warm):
    epochs = Epochs(apart.parts.redis)
    assert epochs.apart == [Role.TIMELINES, Role.ROWS]
    assert await epochs.look() == epochs.apart
    assert await apart.ids("ada") == [warm[3], warm[1], warm[0]]
    assert await epochs.look() == []
    post = await apart.post("bea")
    with out_of_reach(apart.parts.redis.of(Role.ROWS)):
        await apart.unfollow("ada", "cid")
    await lose_events(apart)
    assert await apart.ids("ada") == [warm[3], warm[1], warm[0]]  # neither the push nor the invalidation comes any more
    assert await epochs.look() == epochs.apart
    for _ in range(2):
        assert await apart.ids("ada") == [post, warm[3], warm[0]]
    assert await epochs.look() == []


async def test_a_builder_from_before_the_loss_does_not_finish(apart, warm):
    timelines, viewer = apart.parts.services.feeds.timelines, apart.people["ada"].key
    await Epochs(apart.parts.redis).look()
    token = await timelines.begin(viewer)
    assert token is not None
    await lose_events(apart)
    await Epochs(apart.parts.redis).look()
    assert not await timelines.finish(viewer, token, warm, ())


async def test_a_worker_notices_by_itself(apart, warm):
    running = asyncio.create_task(LostStreams(Epochs(apart.parts.redis)).run())
    common, timelines = apart.parts.redis.of(Role.STREAMS), apart.parts.keyspace
    await until(lambda: timelines.command("EXISTS", keys.epoch_of(Role.TIMELINES)))
    assert await apart.ids("ada") == [warm[3], warm[1], warm[0]]
    await common.command("FLUSHALL")
    await until(lambda: gone(timelines, keys.timeline(apart.people["ada"].key)))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def gone(keyspace: Keyspace, name: str) -> bool:
    return not await keyspace.command("EXISTS", name)


async def test_in_one_redis_for_all_there_is_nothing_to_notice(town):
    epochs = Epochs(town.parts.redis)
    assert epochs.apart == []
    await LostStreams(epochs).run()
    assert not await town.parts.keyspace.command("EXISTS", keys.EPOCH)


async def test_limits_fail_closed_with_their_server_alone(found_town, addresses):
    town = found_town(**addresses, redis_limits_url=AWAY)
    with pytest.raises(Unavailable):
        await RateLimits(town.parts.redis.of(Role.LIMITS)).take(Allowance("log-in", "ada", 1, timedelta(minutes=1)))
    await town.parts.redis.of(Role.ROWS).ping()


async def test_every_key_stands_in_the_redis_of_its_role(apart):
    parts, common = apart.parts, apart.parts.redis.of(Role.STREAMS)
    await parts.delivery_controls.pin(threshold=0, mode=Delivery.MIXED)
    await apart.follow("ada", "bea", "cid")
    await apart.follow("cid", "bea")
    await RateLimits(parts.redis.of(Role.LIMITS)).take(Allowance("log-in", "ada", 1, timedelta(minutes=1)))
    await parts.accounts.sessions.start(apart.people["ada"].id, apart.people["ada"].key, "192.0.2.1")
    await SharedDocuments(parts.redis.of(Role.ROWS), 60).put("ab", "{ me { id } }")
    async with working(parts):
        post = await apart.post("bea")
        plan = keys.FAN_OUT_PLAN + pack(post)
        await until(lambda: parts.keyspace.command("HEXISTS", plan, "done"))
        await apart.ids("ada")
        await until(lambda: common.command("EXISTS", keys.LIVE))
    found = {server.name: {role_of(name) for name in await names(server.keyspace)} for server in parts.redis.servers}
    others = {Role.LIMITS, Role.SESSIONS, Role.STREAMS}
    assert found == {"timelines": {Role.TIMELINES}, "rows": {Role.ROWS}, "limits+sessions+streams": others}


async def names(keyspace: Keyspace) -> list[bytes]:
    return [name async for batch in scanned(keyspace) for name in batch]


def test_one_address_is_one_client_and_one_check():
    urls: dict[str, str] = dict.fromkeys(map(str, Role), "redis://127.0.0.1:1")
    (server,) = RedisServers.open(urls, timeout=1).servers
    assert server.name == "all"
    assert list(RedisServers.open(urls, timeout=1).checks) == ["redis"]
    checks = RedisServers.open({**urls, Role.ROWS: "redis://127.0.0.1:2"}, timeout=1).checks
    assert list(checks) == ["redis-timelines+limits+sessions+streams", "redis-rows"]
