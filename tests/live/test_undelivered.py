"""Posts that are announced before they are on timelines: whoever reads a page then is told them, so that nothing is missed."""

import asyncio
import random
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from feeds.keysets import IntegerColumn
from graph.ids import new_id, pack
from graph.rows.posts import Audience, Delivery
from keyspace import keys
from keyspace.fan_out_plans import delivered_posts
from keyspace.fan_out_queue import FanOutQueue
from keyspace.lease import Lease
from keyspace.live_stream import LiveStream
from resolvers import telling
from resolvers.global_ids import encode
from services.delivery.fan_out import FanOut
from services.delivery.tasks import Step
from services.events.event import Event
from services.events.post_events import PostCreated
from services.live import hub as hub_module
from services.live import undelivered as undelivered_module
from services.live.announcer import Announcer
from services.live.entries import Entry
from services.live.hub import Hub
from services.live.joining import LiveJoining
from services.live.notices import Resync, ResyncReason, Started
from services.live.subscriber import Subscriber
from services.live.topics import home_posts_of
from services.live.undelivered import Undelivered
from tests.live.announcing import announce_all, created, deliver, failing_for
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


async def forget(live, post: str) -> None:
    """Remove the cached row of a post."""
    await live.town.parts.keyspace.command("UNLINK", keys.POST + pack(post))


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


@pytest.fixture(params=["auto", "core"])
async def patient(serve, request):
    """A server with either executor; Ada follows Bea and Cid, and Dov follows Cid."""
    live = await serve(executor=request.param)
    for follower, followed in (("ada", "bea"), ("ada", "cid"), ("dov", "cid")):
        await live.town.follow(follower, followed)
    await live.town.deliver()
    return live


@contextmanager
def impatience(monkeypatch):
    """Let what is told within the block be given up soon; a busy machine is not taken for a post that cannot be told."""
    with monkeypatch.context() as soon:
        soon.setattr(telling, "PATIENCE", 0.2)
        yield


async def test_what_was_told_before_comes_again_after_what_could_not_be_told(patient, stack_of, monkeypatch):
    live, (told, lost) = patient, [await patient.town.post("bea", text) for text in ("told", "lost")]
    sockets = await subscribed(live, stack_of, ["ada"])
    await announce_all(live, [created(live, told)], stale=False, delivered=False)
    assert await next_text(sockets["ada"]) == "told"
    with monkeypatch.context() as away:
        failing_for(away, lost)
        await forget(live, lost)
        with impatience(monkeypatch):
            await announce_all(live, [created(live, lost)])
            resync = await sockets["ada"].next(30)
        assert resync["__typename"] == "TimelineResync", resync
        assert await next_text(sockets["ada"]) == "told"


async def test_a_post_that_cannot_be_told_holds_up_nothing_and_comes_when_it_can_be(patient, stack_of, monkeypatch):
    live, late = patient, await patient.town.post("bea", "late")
    others = [await live.town.post("cid", text) for text in ("one", "two")]
    sockets = await subscribed(live, stack_of, ["ada"])
    with monkeypatch.context() as away:
        failed = failing_for(away, late)
        await forget(live, late)
        with impatience(monkeypatch):
            await announce_all(live, [created(live, late)], delivered=False)
            await until(lambda: len(failed) > 10)  # given up more than once, and no resync each time
        for text, other in zip(("one", "two"), others, strict=True):
            failed.clear()
            await until(lambda: failed)  # and tried again, beside the others
            await announce_all(live, [created(live, other, "cid")], stale=False)
            event = await sockets["ada"].next(30)
            assert event["post"]["text"] == text
    assert await next_text(sockets["ada"]) == "late"
    async with live.socket("ada", event["cursor"]) as socket:
        assert [await next_text(socket) for _ in range(3)] == ["late", "one", "two"]


async def test_a_post_that_cannot_be_told_until_it_is_on_lists_is_read_there(patient, stack_of, monkeypatch):
    live, late = patient, await patient.town.post("bea", "late")
    sockets = await subscribed(live, stack_of, ["ada"])
    event = created(live, late)
    failed = failing_for(monkeypatch, late)
    await forget(live, late)
    with impatience(monkeypatch):
        await announce_all(live, [event], delivered=False)
        await until(lambda: len(failed) > 10)
        await deliver(live.town.parts, event)
        assert (await sockets["ada"].next(30))["reason"] == "UNAVAILABLE"
    await announce_all(live, [created(live, await live.town.post("cid", "next"), "cid")], stale=False)
    assert await next_text(sockets["ada"]) == "next"


async def test_a_post_that_was_opened_before_it_was_on_lists_is_told_to_whom_it_was_opened(live):
    town, events = live.town, live.town.outbox
    announcer = [each for each in consumers_without_pictures(town.parts) if each.group == "live"]
    post = await town.post("bea", "opened", audience=Audience.CLOSE_FRIENDS)
    await handle(announcer, await events())
    await town.set_audience("bea", post, Audience.PUBLIC)
    await handle(announcer, await events())
    async with live.socket("ada") as socket:
        assert await next_text(socket) == "opened"


# The parts, without a server


def entry(number: int, *, home: bool = True) -> Entry:
    post = PostCreated(
        post_id=new_id(), author_id="a", author_key=AUTHOR, home=home, delivery=Delivery.PUSH, reply_to_id=None, root_id=None
    )
    return Entry(("epoch", number, 0), post)


async def none_of(_posts) -> set[str]:
    return set()


def reader_of(buffer: int, undelivered: Undelivered) -> Subscriber:
    """Give somebody who reads lists, whom everything concerns."""
    subscriber = Subscriber(buffer, undelivered, lambda _subscriber, _topic: True)
    subscriber.reads_lists = True
    return subscriber


def places(updates) -> list[tuple[str, int, int]]:
    return [each.place for each in updates]


def undelivered_of(entries) -> Undelivered:
    undelivered = Undelivered(none_of)
    for each in entries:
        undelivered.add(each, ("epoch", each.place[1] - 1, 0))
    return undelivered


def test_what_takes_the_place_of_a_full_buffer_is_followed_by_what_is_not_delivered():
    entries = [entry(number) for number in range(1, 8)]
    subscriber = reader_of(3, undelivered_of([entries[0], entries[2], entries[4]]))
    subscriber.offer(entries[0])
    assert subscriber.take(8) == entries[:1]
    for each in entries[1:5]:
        subscriber.offer(each)
    (resync,) = subscriber.take(8)
    assert resync == Resync(ResyncReason.TOO_SLOW, ("epoch", 0, 0), 2)
    for each in entries[5:]:
        subscriber.offer(each)
    told = subscriber.take(8)
    assert places(told) == places([entries[0], entries[2], entries[4], *entries[5:]])
    assert [each.beside_page for each in told if isinstance(each, Entry)] == [True, True, True, False, False]


def test_whose_pages_come_from_the_graph_is_told_nothing_again():
    entries = [entry(number) for number in range(1, 4)]
    subscriber = Subscriber(9, undelivered_of(entries), lambda _subscriber, _topic: True)
    for each in entries[:2]:
        subscriber.offer(each)
    lost: Any = subscriber.take(8)
    given_up = subscriber.given_up(lost)
    assert given_up.notice == Resync(ResyncReason.UNAVAILABLE, entries[1].place)
    subscriber.take_back(given_up)
    subscriber.offer(entries[2])
    assert subscriber.take(8) == [entries[2]]


def test_a_beginning_has_each_post_at_its_place_and_once():
    entries = [entry(number) for number in range(1, 6)]
    subscriber = reader_of(3, undelivered_of([entries[0], entries[2], entries[3]]))
    for each in (entries[1], entries[3]):
        subscriber.offer(each)
    subscriber.begin_with_page(Started(("epoch", 3, 0)))
    assert subscriber.take(8) == [Started(("epoch", 0, 0))]
    subscriber.offer(entries[4])
    assert places(subscriber.take(8)) == places(entries)


@pytest.mark.parametrize("resumes", [False, True])
def test_a_beginning_brings_back_what_a_resync_lacked_that_came_before_all_topics_were_known(resumes):
    entries, concerned = [entry(number) for number in range(1, 8)], set[int]()
    subscriber = Subscriber(2, undelivered_of(entries[:2]), lambda _subscriber, _topic: bool(concerned))
    subscriber.reads_lists = True
    for each in entries[2:6]:
        subscriber.offer(each)
    concerned.add(AUTHOR)
    place = entries[1].place
    if resumes:
        subscriber.begin(Started(place), entries[2:4])
        assert subscriber.take(8) == [Started(place)]
        assert subscriber.take(8) == entries[2:4]
    else:
        subscriber.begin_with_page(Started(place))
        assert subscriber.take(8) == [Started(place)]
    assert subscriber.take(8) == [Resync(ResyncReason.TOO_SLOW, ("epoch", 0, 0), 3)]
    assert places(subscriber.take(8)) == places([*entries[:2], entries[5]])


def test_what_is_given_up_brings_back_all_that_the_page_may_lack():
    entries = [entry(number) for number in range(1, 6)]
    subscriber = reader_of(9, undelivered_of([entries[0], entries[2], entries[3]]))
    for each in entries[:3]:
        subscriber.offer(each)
    lost: Any = subscriber.take(8)[1:]
    for each in entries[3:]:
        subscriber.offer(each)
    given_up = subscriber.given_up(lost)
    assert given_up.notice == Resync(ResyncReason.UNAVAILABLE, ("epoch", 0, 0))
    subscriber.take_back(given_up)
    assert places(subscriber.take(8)) == places([entries[0], *entries[2:]])


def test_what_is_not_delivered_is_told_late_and_what_came_with_it_before():
    entries = [entry(number) for number in range(1, 5)]
    undelivered = undelivered_of(entries[:1])
    subscriber = reader_of(9, undelivered)
    for each in entries[:2]:
        subscriber.offer(each)
    lost: Any = subscriber.take(8)
    given_up = subscriber.given_up(lost)
    assert given_up.notice is None
    subscriber.take_back(given_up)
    assert (subscriber.take_late(), subscriber.take(8)) == ([], entries[1:2])
    assert (subscriber.is_late, subscriber.told_up_to) == (True, ("epoch", 0, 0))
    again = subscriber.take_late()
    assert places(again) == places(entries[:1])
    assert (subscriber.is_late, subscriber.waits) == (False, False)
    subscriber.take_back(subscriber.given_up(again))
    subscriber.offer(entries[2])
    assert subscriber.take(8) == entries[2:3]
    undelivered._posts.clear()
    given_up = subscriber.given_up(subscriber.take_late())
    assert given_up.notice is not None
    subscriber.take_back(given_up)
    subscriber.offer(entries[3])
    assert (subscriber.take(8), subscriber.take_late()) == (entries[3:], [])


def test_what_is_late_is_told_behind_a_notice_and_not_once_more():
    entries = [entry(number) for number in range(1, 3)]
    subscriber = reader_of(9, undelivered_of(entries[:1]))
    subscriber.offer(entries[0])
    lost: Any = subscriber.take(8)
    subscriber.take_back(subscriber.given_up(lost))
    resync = Resync(ResyncReason.LOST, ("other", 1, 0))
    subscriber.offer(resync)
    assert subscriber.given_up(entries[1:]).notice is None
    assert (subscriber.take(8), subscriber.take_late()) == ([resync], [])


@pytest.fixture
def stream(keyspace, blocking) -> LiveStream:
    return LiveStream(keyspace, blocking)


async def announce_new(stream, posts) -> None:
    """Announce new posts that nobody delivers."""
    lease = Lease(stream.keyspace, keys.ANNOUNCER_LEASE)
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


@pytest.mark.parametrize("most", [2, 5_000])
async def test_the_place_of_a_resync_is_one_to_come_back_to_also_before_the_first_of_all(keyspace, stream, monkeypatch, most):
    monkeypatch.setattr(hub_module, "MOST", most)
    posts = [new_id() for _ in range(3)]
    await announce_new(stream, posts)
    hub = Hub(stream, 100, Undelivered(partial(delivered_posts, keyspace)))
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        await hub._begin()
        (resync,) = subscriber.take(8)
    with hub.subscribed([home_posts_of(AUTHOR)]) as subscriber:
        await LiveJoining(hub, stream).begin(subscriber, resync.place)
        assert subscriber.take(8) == [Started(resync.place)]
        told: Any = subscriber.take(8)
        assert [each.what.post_id for each in told] == posts[-most:]
    assert all(IntegerColumn().holds(number) for number in resync.place[1:])


async def test_a_hub_that_begins_knows_what_was_announced_before_and_is_not_delivered(keyspace, stream):
    posts = [new_id() for _ in range(3)]
    await announce_new(stream, posts)
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

    undelivered, registry = Undelivered(delivered), CollectorRegistry()
    undelivered.publish(registry, "test")
    for each in [entry(0, home=False), *entries]:
        undelivered.add(each, each.place)
    (first, *_) = undelivered
    done.add(first.post)
    running = asyncio.create_task(undelivered.run())
    await until(lambda: places(each.entry for each in undelivered) == places(entries[2:]))
    (_, second, _) = undelivered
    done.add(second.post)
    await until(lambda: places(each.entry for each in undelivered) == places([entries[2], entries[4]]))
    monkeypatch.setattr(undelivered_module, "LIFE", 0.0)
    assert registry.get_sample_value("test_undelivered_posts") == 2
    await until(lambda: registry.get_sample_value("test_undelivered_posts") == 0)
    running.cancel()
    await asyncio.wait([running])
