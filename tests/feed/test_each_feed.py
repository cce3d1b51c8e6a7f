"""A page of each feed, made by a plain function as a worker would: no request, no GraphQL."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from errors import InvalidInput, Unauthenticated
from feeds import pipeline
from feeds.blocks import blocks
from feeds.bookmarks import bookmarks
from feeds.close_friends import close_friends
from feeds.connection import Connection
from feeds.followers import followers, followers_you_know
from feeds.following import following
from feeds.home import home
from feeds.mutes import muted_topics, muted_users
from feeds.pipeline import Feed
from feeds.profile import profile
from feeds.reactions import liked_posts
from feeds.reader import Reader
from feeds.replies import replies
from feeds.requests import requests_received, requests_sent
from feeds.windows import Window
from graph.rows.mutes import TopicKind
from tests.worlds.town import Town
from tests.worlds.walking import walk_feed

OWN: Mapping[str, Callable[[Reader], Feed[Any]]] = {
    "home": home,
    "requests_received": requests_received,
    "requests_sent": requests_sent,
    "blocks": blocks,
    "bookmarks": bookmarks,
    "liked_posts": liked_posts,
    "muted_users": muted_users,
    "muted_topics": muted_topics,
    "close_friends": close_friends,
}


async def walk(reader: Reader, feed: Feed[Any]) -> list[Any]:
    """Read a feed in pages of one, and return its rows."""

    async def read(after: str | None) -> Connection[Any]:
        page = await pipeline.page(reader, feed, Window(1, after))
        assert page.page_info.has_previous_page == (after is not None)
        return page

    return await walk_feed(read)


async def own(town: Town, who: str, feed: Callable[[Reader], Feed[Any]]) -> list[Any]:
    reader = town.reader(who)
    return await walk(reader, feed(reader))


async def names(town: Town, who: str, feed: Callable[[Reader], Feed[Any]]) -> list[str]:
    return [user.username for user in await own(town, who, feed)]


async def test_posts_of_the_home_timeline_of_a_user_and_below_a_post(town: Town) -> None:
    await town.follow("ada", "bea")
    first = await town.post("bea")
    answers = [await town.post("cid", reply_to=first), await town.post("bea", reply_to=first)]
    second = await town.post("bea")
    await town.deliver()
    reader = town.reader("ada")
    bea, post = await reader.loaders.visible_users.one(town.people["bea"].id), await reader.loaders.posts.one(first)
    assert bea is not None and post is not None
    assert [row.id for row in await walk(reader, home(reader))] == [second, answers[1], first]
    assert [row.id for row in await walk(reader, profile(reader, bea))] == [second, answers[1], first]
    assert [row.id for row in await walk(reader, profile(reader, bea, include_replies=True))] == [second, answers[1], first]
    assert [row.id for row in await walk(reader, replies(reader, post))] == answers


async def test_follows_of_a_user(town: Town) -> None:
    await town.follow("bea", "ada", "dov")
    await town.follow("cid", "bea")
    await town.follow("dov", "bea")
    await town.follow("ada", "cid")
    reader = town.reader("ada")
    bea = await reader.loaders.visible_users.one(town.people["bea"].id)
    assert bea is not None
    assert [user.username for user in await walk(reader, followers(reader, bea))] == ["dov", "cid"]
    assert [user.username for user in await walk(reader, following(reader, bea))] == ["dov", "ada"]
    assert [user.username for user in await walk(reader, followers_you_know(reader, bea))] == ["cid"]
    nobody = town.parts.services.feeds.reader(None)
    assert await walk(nobody, followers_you_know(nobody, bea)) == []
    assert len(await walk(nobody, followers(nobody, bea))) == 2


async def test_what_the_viewer_does_about_others(town: Town) -> None:
    await town.choose("dov", private=True)
    await town.follow("ada", "dov")
    await town.befriend("ada", "bea")
    await town.befriend("ada", "cid")
    await town.mute("ada", "bea")
    assert await names(town, "ada", requests_sent) == ["dov"]
    assert await names(town, "dov", requests_received) == ["ada"]
    assert await names(town, "ada", close_friends) == ["cid", "bea"]
    assert await names(town, "ada", muted_users) == ["bea"]
    await town.block("ada", "cid")
    assert await names(town, "ada", blocks) == ["cid"]
    topics = town.parts.services.muted_topics
    for word in ("rain", "snow", "hail"):
        await topics.mute(town.people["ada"], TopicKind.WORD, word, None)
    assert [topic.value for topic in await own(town, "ada", muted_topics)] == ["hail", "snow", "rain"]


@pytest.mark.parametrize("feed", OWN)
async def test_a_list_of_the_viewer_needs_one(town: Town, feed: str) -> None:
    with pytest.raises(Unauthenticated):
        OWN[feed](town.parts.services.feeds.reader(None))


async def test_a_cursor_of_another_list_is_refused(town: Town) -> None:
    reader = town.reader("ada")
    for name, feed in OWN.items():
        for other, keyset in ((each, OWN[each](reader).keyset) for each in OWN):
            cursor = reader.cursors(keyset).signed(keyset.start)
            if other == name:
                await pipeline.page(reader, feed(reader), Window(1, cursor))
            else:
                with pytest.raises(InvalidInput):
                    await pipeline.page(reader, feed(reader), Window(1, cursor))
