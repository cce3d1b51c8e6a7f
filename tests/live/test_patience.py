"""Streams while the graph is away or does not answer: what they are told, and that no end of an account is lost."""

import pytest

from resolvers import telling
from tests.live.announcing import announce, announce_all, changed, delivery_known, failing, gated, gated_row, waiting
from tests.live.conftest import subscribed


async def ended_with(socket) -> str:
    """Give the code of the error that ends a stream."""
    ended = await socket.message(30)
    assert ended["type"] == "error"
    return str(ended["payload"][0]["extensions"]["code"])


async def test_streams_outlive_a_graph_that_is_away_for_a_moment(crowd, stack_of, monkeypatch):
    live, names = crowd
    post = await live.town.post("bea", "patience")
    sockets = await subscribed(live, stack_of, names)
    away = failing(monkeypatch, {"posts/by_id"}, times=3)
    await announce(live, [post])
    for socket in sockets.values():
        assert (await socket.next(30))["post"]["text"] == "patience"
    assert away == ["posts/by_id"] * 3


async def test_streams_whose_events_cannot_be_looked_up_are_told_to_read_anew_and_go_on(crowd, stack_of, monkeypatch):
    live, names = crowd
    lost, found = [await live.town.post("bea", text) for text in ("lost", "found")]
    sockets = await subscribed(live, stack_of, names)
    with monkeypatch.context() as away:
        away.setattr(telling, "PATIENCE", 0.2)
        failing(away, {"posts/by_id"}, times=10_000)
        await announce(live, [lost])
        for socket in sockets.values():
            assert (await socket.next(30))["__typename"] == "TimelineResync"
    await announce(live, [found])
    for socket in sockets.values():
        assert (await socket.next(30))["post"]["text"] == "found"


async def test_who_waits_for_a_graph_that_does_not_answer_is_told_once(crowd, stack_of, monkeypatch):
    live, _ = crowd
    first, *posts, found = [await live.town.post("bea", text) for text in ("first", "one", "two", "three", "found")]
    sockets = await subscribed(live, stack_of, ["ada", "cid"])
    with monkeypatch.context() as away:
        hold, silent = gated(away, "posts/by_id"), gated_row(away, posts[1])
        await announce(live, [first])
        await hold.reached.wait()
        away.setattr(telling, "PATIENCE", 0.5)
        await announce(live, posts)
        for name in sockets:
            await waiting(live, name, 3)
        await delivery_known(live)
        hold.opened.set()
        for socket in sockets.values():
            told = [await socket.next(30) for _ in range(2)]
            while "post" in told[-1]:
                told.append(await socket.next(30))
            assert told[0]["post"]["text"] == "first"
            assert (told[-1]["__typename"], told[-1]["reason"]) == ("TimelineResync", "UNAVAILABLE")
    silent.opened.set()
    await announce(live, [found])
    for socket in sockets.values():
        assert (await socket.next(30))["post"]["text"] == "found"


async def test_a_change_of_an_account_that_cannot_be_looked_up_ends_the_stream(crowd, stack_of, monkeypatch):
    """It may have been suspended, and nobody would ask again."""
    live, _ = crowd
    sockets = await subscribed(live, stack_of, ["ada", "cid"])
    with monkeypatch.context() as away:
        away.setattr(telling, "PATIENCE", 0.2)
        failing(away, {"users/by_id"}, times=10_000)
        await announce_all(live, [changed(live, "ada")])
        assert await ended_with(sockets["ada"]) == "UNAVAILABLE"
    await announce(live, [await live.town.post("bea", "found")])
    assert (await sockets["cid"].next(30))["post"]["text"] == "found"


@pytest.mark.parametrize("away", [False, True])
async def test_who_was_suspended_while_the_stream_was_lost_is_ended(crowd, stack_of, monkeypatch, away):
    live, _ = crowd
    sockets = await subscribed(live, stack_of, ["ada", "cid"])
    if away:
        monkeypatch.setattr(telling, "PATIENCE", 0.2)
        failing(monkeypatch, {"users/by_id"}, times=10_000)
    await live.town.parts.accounts.suspension.suspend("ada", "A test.")
    await live.town.parts.keyspace.command("FLUSHALL")
    assert await ended_with(sockets["ada"]) == ("UNAVAILABLE" if away else "UNAUTHENTICATED")
    if away:
        assert await ended_with(sockets["cid"]) == "UNAVAILABLE"
    else:
        assert (await sockets["cid"].next(30))["__typename"] == "TimelineResync"


async def test_operations_without_a_plan_are_as_patient(serve, stack_of, monkeypatch):
    live = await serve(executor="core")
    await live.town.follow("ada", "bea")
    await live.town.deliver()
    sockets = await subscribed(live, stack_of, ["ada"])
    patient, lost = [await live.town.post("bea", text) for text in ("patient", "lost")]
    with monkeypatch.context() as away:
        assert failing(away, {"posts/by_id"}, times=3) == []
        await announce(live, [patient])
        assert (await sockets["ada"].next(30))["post"]["text"] == "patient"
    await delivery_known(live)
    with monkeypatch.context() as away:
        away.setattr(telling, "PATIENCE", 0.2)
        failing(away, {"posts/by_id", "users/by_id"}, times=10_000)
        await announce(live, [lost])
        assert (await sockets["ada"].next(30))["__typename"] == "TimelineResync"
        await announce_all(live, [changed(live, "ada")])
        assert await ended_with(sockets["ada"]) == "UNAVAILABLE"
