"""A page that ends among hidden things says nothing of them, and the next one goes on behind them."""

import re
from base64 import urlsafe_b64decode

import pytest

from errors import InvalidInput
from feeds import pipeline
from feeds.followers import followers
from feeds.home import home
from feeds.profile import profile
from feeds.windows import Window
from tests.worlds.walking import walk_feed


def plain(cursor: str | None) -> str:
    """Return what anybody can read in a cursor: each of its parts, decoded."""
    parts = (cursor or "").replace("+", "-").replace("/", "_").rstrip("=").split(".")
    return "".join(urlsafe_b64decode(part + "==").decode("latin-1") for part in parts)


async def test_a_feed_that_stops_at_a_hidden_post_does_not_name_it(found_town):
    town = found_town(refill_rounds=0)
    await town.settle("ada", "bea")
    seen = await town.post("bea", "for all")
    hidden = [await town.whisper("bea") for _ in range(5)]
    author = await town.reader("ada").loaders.users.one(town.people["bea"].id)

    async def read(after):
        assert not any(id_ in plain(after) for id_ in hidden)
        reader = town.reader("ada")
        return await pipeline.page(reader, profile(reader, author), Window(1, after))

    assert [post.id for post in await walk_feed(read)] == [seen]


async def test_a_list_that_stops_at_a_hidden_follower_does_not_name_them(found_town):
    town = found_town(refill_rounds=0)
    names = [f"veiled{at}" for at in range(5)]
    await town.settle("ada", "bea", "cid", *names)
    await town.follow("cid", "bea")
    for name in names:
        await town.follow(name, "bea")
        await town.choose(name, hide_following=True)
    bea = await town.reader("ada").loaders.users.one(town.people["bea"].id)

    async def read(after):
        reader = town.reader("ada")
        page = await pipeline.page(reader, followers(reader, bea), Window(1, after))
        if not page.edges:
            assert not re.search(r"\[\d+,\d+\]", plain(page.page_info.end_cursor))
        return page

    assert [user.username for user in await walk_feed(read)] == ["cid"]


async def test_a_sealed_cursor_is_of_one_list_and_one_viewer(found_town):
    town = found_town(refill_rounds=0)
    await town.settle("ada", "bea", "cid")
    for _ in range(3):
        await town.whisper("bea")
    reader = town.reader("ada")
    bea, cid = [await reader.loaders.users.one(town.people[name].id) for name in ("bea", "cid")]
    page = await pipeline.page(reader, profile(reader, bea), Window(1))
    after = page.page_info.end_cursor
    assert after is not None and "." in after
    for who, author in (("ada", cid), ("cid", bea)):
        reader = town.reader(who)
        with pytest.raises(InvalidInput):
            await pipeline.page(reader, profile(reader, author), Window(1, after))


@pytest.mark.parametrize("after", ["a.b.c.d.e", "eyJhbGciOiJkaXIifQ....", ".", "…."])
async def test_a_cursor_that_nobody_sealed_is_refused(found_town, after):
    town = found_town()
    await town.settle("ada")
    reader = town.reader("ada")
    with pytest.raises(InvalidInput):
        await pipeline.page(reader, home(reader), Window(1, after))
