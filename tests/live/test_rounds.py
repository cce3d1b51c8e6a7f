"""What is told together: to each in order, and nothing beyond their end."""

from resolvers.live import HomeKind
from services.events.post_events import PostCreated
from tests.live.announcing import announce, announce_all, changed, created, gated, waiting
from tests.live.conftest import subscribed


async def test_who_is_suspended_is_told_nothing_of_what_waits_with_it(crowd, stack_of, monkeypatch):
    live, _ = crowd
    first, after = [await live.town.post("bea", text) for text in ("first", "after")]
    sockets = await subscribed(live, stack_of, ["ada", "cid"])
    hold = gated(monkeypatch, "posts/by_id")
    await announce(live, [first])
    await hold.reached.wait()
    await live.town.parts.suspension.suspend("ada")
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
