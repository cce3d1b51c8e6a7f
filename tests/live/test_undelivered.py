"""Posts that are announced before they are on timelines: whoever reads a page then is told them, so that nothing is missed."""

import asyncio
import random
from functools import partial
from typing import Any

import pytest

from graph.ids import new_id
from graph.rows.posts import Delivery
from keyspace import keys
from keyspace.fan_out_plans import delivered_posts
from keyspace.fan_out_queue import FanOutQueue
from keyspace.lease import Lease
from keyspace.live_stream import LiveStream
from resolvers import live as live_streams
from resolvers import telling
from resolvers.global_ids import encode
from services.delivery.fan_out import FanOut
from services.delivery.tasks import Step
from services.events.event import Event
from services.events.post_events import PostCreated
from services.live import undelivered as undelivered_module
from services.live.announcer import Announcer
from services.live.entries import Entry
from services.live.hub import Hub
from services.live.notices import Resync, ResyncReason, Started
from services.live.subscriber import Subscriber
from services.live.topics import home_posts_of
from services.live.undelivered import Undelivered
from tests.live.announcing import announce_all, created, failing
from tests.live.clients import HOME
from tests.live.conftest import subscribed
from tests.property_examples import examples
from tests.worlds.delivery import consumers_without_pictures, handle, leading
from tests.worlds.waiting import until
from tests.worlds.working import working

AUTHOR = 7


async def announced(live, text: str) -> tuple[str, list[Event]]:
    """Write a post of Bea's, announce it, and stop before fan-out; give its id and what is left to handle."""
    post = await live.town.post("bea", text)
    events = await live.town.outbox()
    await handle([each for each in consumers_without_pictures(live.town.parts) if each.group == "live"], events)
    return post, events


async def fan_out(live, events) -> None:
    await handle([each for each in consumers_without_pictures(live.town.parts) if each.group == "fan-out"], events)


async def next_text(socket) -> str:
    return str((await socket.next())["post"]["text"])


async def test_a_post_that_is_on_no_list_yet_comes_after_the_beginning(live):
    town = live.town
    await town.ids("ada")  # her list is built
    post, left = await announced(live, "between")
    assert post not in await town.ids("ada")
    async with live.socket("ada") as socket:
        assert await next_text(socket) == "between"
        cursor = socket.began
    async with live.socket("ada", cursor) as socket:
        assert await next_text(socket) == "between"
    await fan_out(live, left)
    assert post in await town.ids("ada")
    async with live.socket("ada") as socket:
        await announced(live, "next")
        assert await next_text(socket) == "next"


async def test_it_comes_after_a_resync_as_well(live):
    async with live.socket("ada") as socket:
        await announced(live, "old")
        await socket.next()
        cursor = socket.began
    await live.town.ids("ada")
    post, _ = await announced(live, "between")
    assert post not in await live.town.ids("ada")
    await live.town.parts.keyspace.command("XTRIM", keys.LIVE, "MAXLEN", 1)
    async with live.socket("ada", cursor) as socket:
        assert (await socket.next())["reason"] == "EXPIRED"
        assert {await next_text(socket) for _ in range(2)} == {"old", "between"}


async def test_other_streams_begin_without_it_since_their_pages_have_it(live):
    await announced(live, "between")
    bea = live.town.people["bea"]
    document = "subscription ($user: ID!) { userPosts(userId: $user) { __typename ... on LivePostEvent { post { text } } } }"
    async with live.stream("ada", document, user=encode("User", bea.id)) as socket:
        await announced(live, "next")
        assert await next_text(socket) == "next"


async def test_whoever_begins_while_fan_out_lags_behind_lacks_nothing(live, monkeypatch):
    town, fan_out_now = live.town, FanOut.handle
    await town.ids("ada")

    async def fan_out_late(self, event) -> None:
        await asyncio.sleep(random.uniform(0, 0.5))
        await fan_out_now(self, event)

    async def follow() -> set[str]:
        """Subscribe, read the first page, and go on until the last post."""
        await asyncio.sleep(random.uniform(0, 2))
        async with live.stream("ada", HOME) as socket:
            shown = {edge.node.text for edge in (await town.page("ada", 100)).edges}
            while "last" not in shown:
                shown.add(str((await socket.next(30))["post"]["text"]))
        return shown

    monkeypatch.setattr(FanOut, "handle", fan_out_late)
    texts = [f"post {number}" for number in range(30)]
    async with working(town.parts), asyncio.TaskGroup() as tasks:
        clients = [tasks.create_task(follow()) for _ in range(examples(12))]
        for text in texts:
            await town.post("bea", text)
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        await town.post("bea", "last")
    for client in clients:
        assert set(texts) <= client.result()


@pytest.mark.parametrize("executor", ["auto", "core"])
async def test_what_could_not_be_told_before_it_was_on_lists_is_told_later_and_with_one_resync(
    serve, stack_of, monkeypatch, executor
):
    live = await serve(executor=executor)
    await live.town.follow("ada", "bea")
    await live.town.deliver()
    sockets = await subscribed(live, stack_of, ["ada"])
    lost = await live.town.post("bea", "lost")
    with monkeypatch.context() as away:
        for module in (telling, live_streams):
            away.setattr(module, "PATIENCE", 0.2)
        failed = failing(away, {"posts/by_id"}, times=10_000)
        await announce_all(live, [created(live, lost)], delivered=False)
        assert (await sockets["ada"].next(30))["__typename"] == "TimelineResync"
        tried = len(failed)
        await asyncio.sleep(0.5)  # longer than the patience, which ends again
        await until(lambda: len(failed) > tried + 2)
    assert (await sockets["ada"].next(30))["post"]["text"] == "lost"


# The parts, without a server


def entry(number: int, *, home: bool = True) -> Entry:
    post = PostCreated(
        post_id=new_id(), author_id="a", author_key=AUTHOR, home=home, delivery=Delivery.PUSH, reply_to_id=None, root_id=None
    )
    return Entry(("epoch", number, 0), post)


async def none_of(_posts) -> set[str]:
    return set()


def undelivered_of(entries) -> Undelivered:
    undelivered = Undelivered(none_of)
    for each in entries:
        undelivered.add(each, ("epoch", each.place[1] - 1, 0))
    return undelivered


def test_what_takes_the_place_of_a_full_buffer_is_followed_by_what_is_not_delivered():
    entries = [entry(number) for number in range(1, 7)]
    subscriber = Subscriber(3, undelivered_of([entries[1], entries[3]]))
    for each in entries[:4]:
        subscriber.offer(each)
    (resync,) = subscriber.take(8)
    assert resync == Resync(ResyncReason.TOO_SLOW, ("epoch", 1, 0), 2)
    for each in entries[4:]:
        subscriber.offer(each)
    assert subscriber.take(8) == [entries[1], entries[3], *entries[4:]]


def test_a_beginning_has_each_post_at_its_place_and_once():
    entries = [entry(number) for number in range(1, 6)]
    undelivered = undelivered_of([entries[0], entries[2], entries[3]])
    subscriber = Subscriber(2, undelivered)
    for each in (entries[1], entries[3]):
        subscriber.offer(each)
    subscriber.begin_with(Started(("epoch", 0, 0)), undelivered.about({home_posts_of(AUTHOR)}))
    assert subscriber.take(8) == [Started(("epoch", 0, 0))]
    subscriber.offer(entries[4])
    assert subscriber.take(8) == entries


def test_what_was_given_up_comes_back_and_is_told_of_once():
    entries = [entry(number) for number in range(1, 5)]
    subscriber = Subscriber(9, undelivered_of([entries[1]]))
    for each in entries[:3]:
        subscriber.offer(each)
    lost: Any = subscriber.take(8)
    first = subscriber.given_up(lost)
    assert first.notice == Resync(ResyncReason.UNAVAILABLE, ("epoch", 1, 0))
    subscriber.take_back(first.again)
    subscriber.offer(entries[3])
    again: Any = subscriber.take(1)
    assert again == [entries[1]]
    second = subscriber.given_up(again)
    assert (second.notice, second.again) == (None, again)
    subscriber.take_back(second.again)
    assert subscriber.take(8) == [entries[1], entries[3]]


@pytest.fixture
def stream(keyspace, blocking) -> LiveStream:
    return LiveStream(keyspace, blocking)


async def test_a_hub_that_begins_knows_what_was_announced_before_and_is_not_delivered(keyspace, stream):
    posts = [new_id() for _ in range(3)]
    lease = Lease(keyspace, keys.ANNOUNCER_LEASE)
    events = [
        PostCreated(
            post_id=post, author_id="a", author_key=AUTHOR, home=True, delivery=Delivery.PUSH, reply_to_id=None, root_id=None
        )
        for post in posts
    ]

    async def nothing_stale(_events) -> None:
        """Invalidate nothing."""

    async with leading(lease):
        await Announcer(stream, lease, 1_000, nothing_stale)(events)
    queue = FanOutQueue(keyspace, 800, 60, 1_000, 200)
    await queue.begin(posts[1], "push", [AUTHOR], {"mode": Delivery.PUSH, "step": Step.FIRST})
    hub = Hub(stream, 100, Undelivered(partial(delivered_posts, keyspace)))
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        await hub._begin()
        assert [each.post for each in hub.undelivered] == [posts[0], posts[2]]
        assert isinstance(await subscriber.next(), Resync)
        told: Any = subscriber.take(8)
        assert [each.what.post_id for each in told] == [posts[0], posts[2]]


async def test_a_post_is_delivered_when_pages_have_it(keyspace):
    queue = FanOutQueue(keyspace, 800, 60, 1_000, 200)
    posts = {name: new_id() for name in ("unknown", "on its way", "pushed", "mixed", "pulled", "removed", "gone before")}

    async def begin(name, action, left=None, **plan) -> None:
        await queue.begin(posts[name], action, [AUTHOR], plan, left=left)

    await begin("on its way", "push", 5, mode=Delivery.PUSH, step=Step.REST)
    await begin("pushed", "push", mode=Delivery.PUSH, step=Step.FIRST)
    await begin("mixed", "push", 5, mode=Delivery.MIXED, step=Step.TIER_1)
    await begin("pulled", "push", mode=Delivery.PULL, step=Step.FIRST)
    await begin("removed", "push", 5, mode=Delivery.PUSH, step=Step.REST)
    await begin("removed", "remove", step=Step.REMOVE)
    await begin("gone before", "remove", step=Step.REMOVE)
    delivered = await delivered_posts(keyspace, list(posts.values()))
    assert {name for name, post in posts.items() if post in delivered} == posts.keys() - {"unknown", "on its way"}


async def test_they_are_forgotten_when_delivered_and_after_a_while_and_beyond_a_number(monkeypatch):
    monkeypatch.setattr(undelivered_module, "MOST", 3)
    monkeypatch.setattr(undelivered_module, "LOOK_EVERY", 0.01)
    entries = [entry(number) for number in range(1, 6)]
    done = set[str]()

    async def delivered(_posts) -> set[str]:
        return done

    undelivered = Undelivered(delivered)
    for each in [entry(0, home=False), *entries]:
        undelivered.add(each, each.place)
    assert [each.entry for each in undelivered] == entries[2:]
    running = asyncio.create_task(undelivered.run())
    (_, second, _) = undelivered
    done.add(second.post)
    await until(lambda: [each.entry for each in undelivered] == [entries[2], entries[4]])
    monkeypatch.setattr(undelivered_module, "LIFE", 0.0)
    await until(lambda: not list(undelivered))
    running.cancel()
    await asyncio.wait([running])
