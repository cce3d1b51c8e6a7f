"""Posts of followed hashtags on home timelines: each once, marked where nothing else brings it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bench.round_trips import RoundTrips
from feeds import pipeline
from feeds.home import home
from feeds.windows import Window
from graph.rows.posts import Audience
from keyspace import keys
from tests.feed.conftest import Found
from tests.worlds.town import Town

Shown = list[tuple[str, list[str]]]
"""The posts of a timeline, each with the hashtags by which it stands there."""


async def follow_hashtags(town: Town, who: str, *hashtags: str) -> None:
    for hashtag in hashtags:
        await town.parts.services.hashtag_follows.follow(town.people[who], hashtag)


async def unfollow_hashtag(town: Town, who: str, hashtag: str) -> None:
    await town.parts.services.hashtag_follows.unfollow(town.people[who], hashtag)


async def shown(town: Town, who: str, first: int = 20, after: str | None = None) -> tuple[Shown, str | None]:
    """Give the posts of a page, each with its mark, and where the next page begins."""
    reader = town.reader(who)
    page = await pipeline.page(reader, home(reader), Window(first, after))
    rows = [(edge.node.id, [each.name for each in edge.hashtags]) for edge in page.edges]
    return rows, page.page_info.end_cursor if page.page_info.has_next_page else None


async def walked(town: Town, who: str, first: int = 20, between: Callable[[], Any] | None = None) -> Shown:
    rows, after = await shown(town, who, first)
    while after is not None:
        if between is not None:
            await between()
        some, after = await shown(town, who, first, after)
        rows += some
    return rows


async def test_posts_of_followed_hashtags_stand_there_with_a_mark_until_they_are_unfollowed(town: Town) -> None:
    old = await town.post("cid", "An #owl and a #wren")
    assert await walked(town, "ada") == []
    await follow_hashtags(town, "ada", "owl")
    assert await walked(town, "ada") == [(old, ["owl"])]
    new = await town.post("dov", "A #Wren, then an #OWL")
    await town.post("dov", "A #wren")
    assert await walked(town, "ada") == [(new, ["owl"]), (old, ["owl"])]
    await follow_hashtags(town, "ada", "wren")
    assert (await walked(town, "ada"))[1:] == [(new, ["wren", "owl"]), (old, ["owl", "wren"])]
    await unfollow_hashtag(town, "ada", "owl")
    assert (await walked(town, "ada"))[1:] == [(new, ["wren"]), (old, ["wren"])]
    await unfollow_hashtag(town, "ada", "wren")
    assert await walked(town, "ada") == []
