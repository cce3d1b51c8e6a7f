"""Bookmarks: a private list of saved posts."""

import asyncio

import pytest

BOOKMARK = "mutation ($input: BookmarkPostInput!) { bookmarkPost(input: $input) { post { id viewerHasBookmarked } } }"
REMOVE = "mutation ($input: RemoveBookmarkInput!) { removeBookmark(input: $input) { postId post { id viewerHasBookmarked } } }"
READ = "query ($id: ID!) { post(id: $id) { viewerHasBookmarked } }"
PAGE = """query ($first: Int!, $after: String) { bookmarks(first: $first, after: $after) {
  edges { cursor node { id viewerHasBookmarked } } pageInfo { hasNextPage endCursor } } }"""


async def bookmark(product, viewer, *posts):
    return [
        (await product.run(BOOKMARK, viewer, input={"postId": post}))["bookmarkPost"]["post"]["viewerHasBookmarked"]
        for post in posts
    ]


async def remove(product, viewer, post):
    return (await product.run(REMOVE, viewer, input={"postId": post}))["removeBookmark"]


async def page(product, viewer, first=20, after=None):
    found = (await product.run(PAGE, viewer, first=first, after=after))["bookmarks"]
    return [edge["node"]["id"] for edge in found["edges"]], found["pageInfo"]


async def walked(product, viewer, first):
    ids: list[str] = []
    after, more = None, True
    while more:
        some, info = await page(product, viewer, first, after)
        ids, after, more = ids + some, info["endCursor"], info["hasNextPage"]
    return ids


async def edges(product):
    return await product.cypher("MATCH (u:User)-[b:BOOKMARKED]->(:Post) RETURN count(b)")


async def test_a_bookmark_is_seen_in_its_answer_and_in_the_list(product):
    mira, jo = await product.people("mira", "jo2")
    posts = [await product.post(mira, f"Post {each}.") for each in range(3)]
    assert await page(product, jo) == ([], {"hasNextPage": False, "endCursor": None})
    assert await bookmark(product, jo, posts[1], posts[0], posts[2]) == [True] * 3
    assert (await page(product, jo))[0] == [posts[2], posts[0], posts[1]]
    assert await remove(product, jo, posts[0]) == {"postId": posts[0], "post": {"id": posts[0], "viewerHasBookmarked": False}}
    assert (await page(product, jo))[0] == [posts[2], posts[1]]


async def test_nobody_else_sees_a_bookmark(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await bookmark(product, jo, post)
    flags = [(await product.run(READ, viewer, id=post))["post"]["viewerHasBookmarked"] for viewer in (jo, mira, None)]
    assert flags == [True, False, False]
    assert (await page(product, mira))[0] == []
    assert (await product.ask(PAGE, first=1)).code == "UNAUTHENTICATED"
    for document in (BOOKMARK, REMOVE):
        assert (await product.ask(document, input={"postId": post})).code == "UNAUTHENTICATED"


async def test_twice_and_twice_at_once_is_as_good_as_once(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await asyncio.gather(*(bookmark(product, jo, post) for _ in range(6)))
    assert await edges(product) == 1
    await asyncio.gather(*(remove(product, jo, post) for _ in range(6)))
    assert await edges(product) == 0
    assert (await product.event_types())[3:] == ["post.bookmarked", "post.unbookmarked"]


async def test_pages_join_without_a_seam_also_for_bookmarks_of_one_moment(product):
    mira, jo = await product.people("mira", "jo2")
    posts = [await product.post(mira, f"Post {each}.") for each in range(7)]
    await bookmark(product, jo, *posts)
    await product.cypher("MATCH ()-[b:BOOKMARKED]->() SET b.at = b.at - b.at % 1000000000 RETURN count(b)")
    for first in (1, 2, 3, 7, 100):
        assert await walked(product, jo, first) == sorted(posts, key=posts.index, reverse=True)


@pytest.mark.parametrize("first", [1, 3])
async def test_a_page_is_full_and_shows_only_what_the_viewer_may_see(product, first):
    mira, ann, bob, jo = await product.people("mira", "ann", "bob", "jo2")
    posts = [await product.post(author, f"Post {each}.") for each in range(3) for author in (mira, ann, bob)]
    await bookmark(product, jo, *posts)
    await product.delete(mira, posts[0])
    await product.hide(mira, posts[3])
    await product.suspend(bob)
    expected = [posts[7], posts[6], posts[4], posts[1]]
    assert await walked(product, jo, first) == expected
    ids, _ = await page(product, jo, 3)
    assert ids == expected[:3]


async def test_a_hidden_post_cannot_be_bookmarked_and_its_bookmark_can_be_removed(product):
    mira, jo = await product.people("mira", "jo2")
    seen, hidden = await product.post(mira), await product.post(mira, audience="FOLLOWERS")
    assert (await product.ask(BOOKMARK, jo, input={"postId": hidden})).code == "NOT_FOUND"
    await bookmark(product, jo, seen)
    await product.hide(mira, seen)
    assert await remove(product, jo, seen) == {"postId": seen, "post": None}
    assert await edges(product) == 0
    for document in (BOOKMARK, REMOVE):
        assert (await product.ask(document, jo, input={"postId": jo.id})).refusal == ("INVALID_INPUT", "postId")


async def test_a_cursor_is_good_for_this_list_alone(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await bookmark(product, jo, post)
    _, info = await page(product, jo)
    home = "query ($after: String) { homeTimeline(after: $after) { edges { cursor } } }"
    assert (await product.ask(home, jo, after=info["endCursor"])).refusal == ("INVALID_INPUT", "after")
    assert (await product.ask(PAGE, jo, first=1, after="bm90IG91cnM=")).refusal == ("INVALID_INPUT", "after")


async def test_a_warm_page_is_one_statement(product):
    mira, jo = await product.people("mira", "jo2")
    await bookmark(product, jo, *[await product.post(mira, f"Post {each}.") for each in range(5)])
    await page(product, jo)
    product.round_trips.clear()
    await page(product, jo)
    assert (product.round_trips.graph, len(product.round_trips.redis)) == (["bookmarks/page"], 1)
