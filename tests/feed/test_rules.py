from dataclasses import replace

from feeds import pipeline
from feeds.home import home
from feeds.windows import Window
from tests.worlds.town import ids_of

LONG = 2_000
"""More posts than a list holds, which are more than the slices of a page of 5 are long together."""


async def unread(town, count=LONG):
    """Ada follows Bea, who wrote much, and Cid, who wrote one post below it all."""
    await town.follow("ada", "bea", "cid")
    (oldest,) = await town.has_written("cid", 1)
    posts = await town.has_written("bea", count)
    await town.ids("ada")
    return [*posts, oldest] if posts[-1] > oldest else posts, oldest


async def test_unfollowing_empties_the_next_page_and_the_end_is_found_by_and_by(town):
    await unread(town)
    await town.unfollow("ada", "bea")
    page = await town.page("ada", 5)
    assert ids_of(page) == [] and page.page_info.has_next_page and page.page_info.end_cursor
    assert len(await town.walk("ada", 100)) == 1


async def test_unfollowing_takes_away_what_is_there_and_refills_the_page(town):
    await town.follow("ada", "bea", "cid")
    visible = [await town.post("cid") for _ in range(25)]
    for _ in range(25):
        await town.post("bea")
    await town.ids("ada")
    await town.unfollow("ada", "bea")
    assert await town.ids("ada") == visible[:-21:-1]


async def test_who_is_followed_again_is_back_at_once(town):
    posts, _ = await unread(town, 50)
    await town.unfollow("ada", "bea")
    await town.ids("ada")
    await town.follow("ada", "bea")
    assert await town.ids("ada") == posts[:20]


async def test_a_deleted_post_is_gone_at_once(town):
    posts, _ = await unread(town, 30)
    await town.delete("bea", posts[3])
    assert await town.ids("ada") == [*posts[:3], *posts[4:21]]


async def test_a_post_for_followers_is_gone_with_the_follow(town):
    await town.follow("ada", "bea")
    whisper = await town.whisper("bea")
    await town.deliver()
    assert await town.ids("ada") == [whisper]
    await town.unfollow("ada", "bea")
    assert await town.context("ada").loaders.posts.one(whisper) is None
    assert await town.ids("ada") == []


async def test_where_a_rule_drops_19_of_20_pages_are_full_or_go_on(town):
    posts, _ = await unread(town, 600)
    visible = {post for at, post in enumerate(posts) if at % 20 == 0}
    reader = town.reader("ada")
    feed = replace(home(reader), rules=(lambda post: post.id in visible,))
    found: list[str] = []
    after, has_next, pages = None, True, 0
    while has_next:
        page = await pipeline.page(reader, feed, Window(10, after))
        assert page.page_info.has_next_page or not page.edges or page.page_info.end_cursor == page.edges[-1].cursor
        assert len(page.edges) <= 10
        found += ids_of(page)
        after, has_next, pages = page.page_info.end_cursor, page.page_info.has_next_page, pages + 1
    assert found == [post for post in posts if post in visible]
    assert pages <= 4
