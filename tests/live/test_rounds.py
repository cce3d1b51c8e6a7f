"""What is told together: to each in order, and nothing beyond their end."""

import asyncio

import pytest

from graph.rows.posts import Audience
from resolvers import telling
from resolvers.event_round import EventRound
from resolvers.live_reposts import HomeKind
from services.events.post_events import PostCreated
from tests.live.announcing import announce, announce_all, changed, created, gated, gated_row, waiting
from tests.live.clients import HOME
from tests.live.conftest import subscribed
from tests.worlds.waiting import until


async def test_who_is_suspended_is_told_nothing_of_what_waits_with_it(crowd, stack_of, monkeypatch):
    live, _ = crowd
    first, after = [await live.town.post("bea", text) for text in ("first", "after")]
    sockets = await subscribed(live, stack_of, ["ada", "cid"])
    hold = gated(monkeypatch, "posts/by_id")
    await announce(live, [first])
    await hold.reached.wait()
    await live.town.parts.accounts.suspension.suspend("ada", "A test.")
    await announce_all(live, [changed(live, "ada"), created(live, after)])
    await waiting(live, "ada", 2)
    hold.opened.set()
    assert (await sockets["ada"].next(30))["post"]["text"] == "first"
    ended = await sockets["ada"].message(30)
    assert (ended["type"], ended["payload"][0]["extensions"]["code"]) == ("error", "UNAUTHENTICATED")
    assert [(await sockets["cid"].next(30))["post"]["text"] for _ in range(2)] == ["first", "after"]


async def test_who_cannot_be_told_an_entry_is_not_told_the_next(crowd, stack_of, monkeypatch):
    """Its cursor would pass over the one that failed."""
    live, _ = crowd
    first, broken, after = [await live.town.post("bea", text) for text in ("first", "broken", "after")]
    row = HomeKind.row

    async def failing_row(kind, context, viewer, sign, entry):
        if isinstance(entry.what, PostCreated) and entry.what.post_id == broken:
            raise ArithmeticError
        return await row(kind, context, viewer, sign, entry)

    monkeypatch.setattr(HomeKind, "row", failing_row)
    sockets = await subscribed(live, stack_of, ["ada", "cid"])
    hold = gated(monkeypatch, "posts/by_id")
    await announce(live, [first])
    await hold.reached.wait()
    await announce(live, [broken, after])
    for name in sockets:
        await waiting(live, name, 2)
    hold.opened.set()
    for socket in sockets.values():
        assert (await socket.next(30))["post"]["text"] == "first"
        ended = await socket.message(30)
        assert ended["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"


async def texts_until(socket, last: str) -> list[str]:
    """Give the texts of the posts that are told before one."""
    found = []
    while (text := (await socket.next(30))["post"]["text"]) != last:
        found.append(text)
    return found


@pytest.mark.parametrize("held", [0, 1])
async def test_what_was_looked_up_too_long_ago_is_not_given(crowd, stack_of, monkeypatch, held):
    """Neither what was executed slowly itself, nor what waits for the entries after it."""
    live, _ = crowd
    monkeypatch.setattr(telling, "FRESH", 1.0)
    before, *posts, marker = [await live.town.post("bea", text) for text in ("before", "one", "two", "marker")]
    sockets = await subscribed(live, stack_of, ["ada", "cid"])
    with monkeypatch.context() as slow:
        hold = gated(slow, "posts/by_id")
        await announce(live, [before])
        await hold.reached.wait()
        await announce(live, posts)
        for name in sockets:
            await waiting(live, name, 2)
        slow_row = gated_row(monkeypatch, posts[held])
        hold.opened.set()
        await slow_row.reached.wait()
    await live.town.block("bea", "ada")
    await asyncio.sleep(telling.FRESH)
    slow_row.opened.set()
    await announce(live, [await live.town.post("ada", "marker")], author="ada")
    await announce(live, [marker])
    assert await texts_until(sockets["ada"], "marker") == ["before"]
    assert await texts_until(sockets["cid"], "marker") == ["before", "one", "two"]


async def test_nothing_is_executed_for_who_will_be_told_by_what_is_looked_up_again(crowd, stack_of, monkeypatch):
    """Each pass gives what it can, so none executes for all, and none goes on by what is old."""
    live, names = crowd
    executed, count = EventRound.executed, list[float]()

    async def slow(event_round, session, context, entry, sign):
        count.append(event_round.snapshot.age)
        await asyncio.sleep(0.1)
        return await executed(event_round, session, context, entry, sign)

    post = await live.town.post("bea", "with its replies")
    pages = HOME.replace("likeCount", "replies(first: 1) { edges { node { id } } }", 1)
    sockets = await subscribed(live, stack_of, names, pages)
    monkeypatch.setattr(EventRound, "executed", slow)
    monkeypatch.setattr(telling, "ALONE", 2)
    await announce(live, [post])
    for socket in sockets.values():
        assert (await socket.next(30))["post"]["text"] == "with its replies"
    assert len(count) < 2 * len(names), count


CHANGES = {
    "deleted": lambda town, post: town.delete("bea", post),
    "narrowed": lambda town, post: town.set_audience("bea", post, Audience.CLOSE_FRIENDS),
    "suspended": lambda town, _: town.parts.accounts.suspension.suspend("bea", "A test."),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_rows_are_looked_up_again_with_states(crowd, stack_of, monkeypatch, change):
    """A post that went while the states of its viewers could not be looked up is not told."""
    live, _ = crowd
    monkeypatch.setattr(telling, "FRESH", 60.0)
    gone = await live.town.post("bea", "gone")
    marker = await live.town.post("cid", "marker")
    await live.town.follow("ada", "cid")
    await live.town.deliver()
    sockets = await subscribed(live, stack_of, ["ada", "cid"])
    hold = gated(monkeypatch, "relationships/of_viewers", fails=True)
    await announce(live, [gone])
    await hold.reached.wait()
    await CHANGES[change](live.town, gone)
    hold.opened.set()
    await announce(live, [marker], author="cid")
    for socket in sockets.values():
        assert await texts_until(socket, "marker") == []


async def test_a_defect_for_one_ends_nobody_else(crowd, stack_of, monkeypatch):
    """Not even if it was met by whoever an entry was executed as, for all who are alike."""
    live, names = crowd
    post, row, failed = await live.town.post("bea", "for all"), HomeKind.row, list[str]()

    async def failing_first(kind, context, viewer, sign, entry):
        if not failed:
            failed.append(viewer.id)
        if viewer.id == failed[0]:
            raise ArithmeticError
        return await row(kind, context, viewer, sign, entry)

    monkeypatch.setattr(HomeKind, "row", failing_first)
    sockets = await subscribed(live, stack_of, names)
    await announce(live, [post])
    await until(lambda: failed, seconds=30)
    for name, socket in sockets.items():
        if live.town.people[name].id == failed[0]:
            assert (await socket.message(30))["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"
        else:
            assert (await socket.next(30))["post"]["text"] == "for all"
