"""How much the home timelines of one person may hold in a process."""

import pytest

from services.live import home
from services.live.topics import account_of
from tests.live.clients import HOME, events_of, socket_of
from tests.worlds.waiting import until

OWN = 3
"""Topics of a home timeline beside those whom the viewer follows."""
TOO_MANY = {"code": "TOO_MANY_OPERATIONS"}


@pytest.fixture
async def most(live, monkeypatch) -> int:
    """Let the streams of a person have what two of Ada's home timelines hold; return how many topics that are."""
    followed = await live.town.parts.graph.read("feed/followed", viewer=live.town.people["ada"].key)
    monkeypatch.setattr(home, "TOPICS_MAX", 2 * (OWN + len(followed)))
    return home.TOPICS_MAX


async def test_a_home_timeline_that_would_hold_too_much_is_refused_and_the_others_go_on(live, most):
    index, account = live.town.parts.hub.index, account_of(live.town.people["ada"].key)
    async with live.stream("ada", HOME) as first:
        async with live.stream("ada", HOME) as second, socket_of(live.url, live.token("ada")) as third:
            await third.subscribe()
            refused = (await third.message())["payload"][0]
            assert refused["extensions"] == TOO_MANY and "end some" in refused["message"]
            async with events_of(live.url, live.token("ada")) as fourth:
                assert (await fourth.answer())["errors"][0]["extensions"] == TOO_MANY
            await until(lambda: index.count(index.of(account)) == most)
            async with live.stream("cid", HOME) as other:
                assert other.began and first.began and second.began
        await until(lambda: index.count(index.of(account)) < most)
        async with live.stream("ada", HOME) as again:
            await live.town.post("bea", "goes on")
            await live.town.deliver()
            for socket in (first, again):
                assert (await socket.next())["post"]["text"] == "goes on"
