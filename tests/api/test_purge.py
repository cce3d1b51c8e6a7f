"""What is left of posts that were deleted a month ago: nothing, or a tombstone where a conversation needs one."""

import asyncio
from datetime import timedelta

import pytest

from clock import now_ms
from errors import Unavailable
from graph.driver import Graph
from services.media.addresses import UPLOADS
from services.posts import purge
from services.posts.purge import Purge
from tests.api.product import own_id
from tests.api.test_bookmarks import bookmark, page
from tests.api.test_editing import edit
from tests.api.test_hidden_replies import HIDE, SHOW, change
from tests.api.test_hidden_replies import read as replies
from tests.api.test_pictures import AVATAR, photo, uploaded
from tests.api.test_quotes import DETACH, REATTACH, detach, quote, quoted, state
from tests.api.test_threads import ABOVE

DAY = 86_400_000
LEFT = "MATCH (n) WHERE n:Post OR n:PostVersion OR n:Media RETURN count(n)"
TOMBSTONE = "MATCH (p:Post {id: $id}) RETURN [p.text, p.purgedAt IS NOT NULL, p.mentionIds, p.mediaIds, COUNT { (p)--() }]"
EDGES = "MATCH (p:Post {id: $id})-[edge]-(:Post) WITH type(edge) AS type ORDER BY type RETURN collect(type)"
READ = "query ($id: ID!) { post(id: $id) { id } node(id: $id) { id } }"


async def run(product, days=31):
    """Purge as if it were so many days later."""
    return await Purge(product.served.parts.writer, timedelta(days=30)).run(now_ms() + days * DAY)


async def purged(product, days=31):
    """Purge, and let the worker act on it."""
    count = await run(product, days)
    await product.settle()
    return count


async def above(product, post):
    found = (await product.run(ABOVE, None, id=post, limit=20))["post"]["ancestors"]
    return [each and each["id"] for each in found]


async def test_a_post_goes_with_all_that_hung_on_it_and_only_after_a_month(product):
    mira, jo = await product.people("mira", "jo2")
    kept = await product.post(mira)
    post = await product.post(mira, "Hello @jo2 #birds", warning="Birds")
    await edit(product, mira, post, "Hello @jo2 #sky")
    await product.like(jo, post)
    await bookmark(product, jo, post, kept)
    assert await purged(product) == 0
    await product.delete(mira, post)
    assert await purged(product, 29) == 0
    assert await purged(product) == 1
    assert await product.cypher(LEFT) == 1
    assert await product.cypher("MATCH (u:User)-[e]-() RETURN collect(DISTINCT type(e))") == ["POSTED", "BOOKMARKED"]
    totals = "{ bookmarks { totalCount } likedPosts { totalCount } }"
    assert await product.run(totals, jo) == {"bookmarks": {"totalCount": 2}, "likedPosts": {"totalCount": 1}}
    assert await page(product, jo) == ([kept], {"hasNextPage": False, "endCursor": (await page(product, jo))[1]["endCursor"]})
    assert await product.run(READ, mira, id=post) == {"post": None, "node": None}
    assert await purged(product) == 0


async def test_pictures_go_from_the_store_unless_something_else_shows_them(product):
    mira = await product.sign_up("mira")
    alone, shared, worn = [await uploaded(product, mira, photo(colour)) for colour in ("red", "green", "blue")]
    await product.settle()
    post = await product.post(mira, mediaIds=[alone, shared, worn])
    await product.post(mira, mediaIds=[shared])
    await product.run(AVATAR, mira, input={"avatarId": worn})
    store = product.served.parts.store
    before = [key for key in await store.keys("", 1_000, "") if not key.startswith(UPLOADS)]
    await product.delete(mira, post)
    await purged(product)
    left = [key for key in await store.keys("", 1_000, "") if not key.startswith(UPLOADS)]
    gone = {key for key in before if own_id(alone) in key}
    assert len(gone) == 3 and set(left) == set(before) - gone
    assert await product.cypher("MATCH (m:Media) RETURN collect(m.id)") in (
        [own_id(shared), own_id(worn)], [own_id(worn), own_id(shared)],
    )


async def test_a_conversation_above_which_a_post_was_purged_still_reads_right(product):
    mira, jo = await product.people("mira", "jo2")
    root = await product.post(mira, "Root.")
    middle = await product.post(jo, "Middle, @mira.", replyToId=root)
    low = await product.post(mira, "Low.", replyToId=middle)
    other = await product.post(jo, "Low, too.", replyToId=middle, audience="FOLLOWERS")
    await product.delete(jo, middle)
    assert await purged(product) == 1
    assert await product.cypher(TOMBSTONE, id=own_id(middle)) == ["", True, [], [], 3]
    assert await above(product, low) == [root, None]
    assert await product.run(READ, jo, id=middle) == {"post": None, "node": None}
    assert await purged(product) == 0
    await product.delete(mira, low)
    assert await purged(product) == 1
    assert await product.cypher(TOMBSTONE, id=own_id(middle)) == ["", True, [], [], 2]
    await product.delete(jo, other)
    assert await purged(product) == 2  # the reply, and the tombstone that was there for it
    await product.delete(mira, root)
    assert await purged(product) == 1
    assert await product.cypher(LEFT) == 0


async def test_of_a_post_whose_replies_are_hidden_a_tombstone_stays_until_the_last_of_them_is_purged(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    root = await product.post(mira, "Root.")
    middle = await product.post(jo, "Middle.", replyToId=root)
    hidden = await product.post(kim, "Hidden.", replyToId=middle)
    below = await product.post(mira, "Below.", replyToId=hidden)
    await change(product, HIDE, jo, hidden)
    await product.delete(jo, middle)
    assert await purged(product) == 1
    assert await product.cypher(TOMBSTONE, id=own_id(middle)) == ["", True, [], [], 2]
    assert await product.cypher(EDGES, id=own_id(middle)) == ["DELETED_REPLY", "HIDDEN_REPLY"]
    assert await above(product, below) == [root, None, hidden]
    assert await replies(product, None, hidden) == ((1, 0), [below], [], [below])
    for document in (HIDE, SHOW):
        assert (await product.ask(document, jo, input={"postId": hidden})).code == "NOT_FOUND"
    await product.delete(kim, hidden)
    assert await purged(product) == 1  # another tombstone, below the first
    assert await product.cypher(EDGES, id=own_id(middle)) == ["DELETED_REPLY"] * 2
    assert await above(product, below) == [root, None]
    await product.delete(mira, below)
    assert await purged(product) == 3
    assert await product.cypher(LEFT) == 1
    assert await product.cypher(EDGES, id=own_id(root)) == []


async def test_a_detached_quote_says_so_also_when_what_it_quoted_is_purged_and_no_edge_is_left(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    post = await product.post(mira, "The original.")
    detached, attached = await quote(product, jo, post), await quote(product, kim, post)
    await detach(product, mira, detached)
    await product.delete(mira, post)
    assert await state(product, mira, attached) == ("DELETED", None)
    for _ in range(2):
        assert {await state(product, viewer, detached) for viewer in (mira, jo, None)} == {("DETACHED", None)}
        assert await state(product, kim, attached) == ("HIDDEN", None)
        await purged(product)
    assert await product.cypher(LEFT) == 2
    assert [await product.cypher(EDGES, id=own_id(each)) for each in (detached, attached)] == [[], []]
    assert await state(product, mira, attached) == ("HIDDEN", None)
    for document in (DETACH, REATTACH):
        assert (await product.ask(document, mira, input={"postId": detached})).code == "NOT_FOUND"
    for author, each in ((jo, detached), (kim, attached)):
        await product.delete(author, each)
    assert await purged(product) == 2
    assert await product.cypher(LEFT) == 0


async def test_a_detached_quote_that_is_purged_leaves_what_it_quoted_as_it_is(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira, "The original.")
    detached, attached = await quote(product, jo, post), await quote(product, jo, post)
    await detach(product, mira, detached)
    await product.delete(jo, detached)
    assert await purged(product) == 1
    assert await product.cypher(EDGES, id=own_id(post)) == ["QUOTES"]
    assert await quoted(product, mira, post) == (1, [attached])
    assert await state(product, None, attached) == ("SHOWN", "The original.")
    assert (await product.ask(REATTACH, mira, input={"postId": detached})).code == "NOT_FOUND"


async def test_one_that_is_killed_in_the_middle_is_gone_on_with_and_two_at_once_do_no_harm(product, monkeypatch):
    mira, jo = await product.people("mira", "jo2")
    posts = [await product.post(mira, f"Post {each}.") for each in range(5)]
    for post in posts:
        await product.like(jo, post)
        await product.delete(mira, post)
    monkeypatch.setattr(purge, "BATCH", 2)
    write = Graph.write
    left = 4

    async def killed(graph, name, *more, **params):
        nonlocal left
        if name.startswith("purge/"):
            left -= 1
            if left < 0:
                raise Unavailable
        return await write(graph, name, *more, **params)

    with monkeypatch.context() as patch:
        patch.setattr(Graph, "write", killed)
        with pytest.raises(Unavailable):
            await purged(product)
    assert await product.cypher(LEFT) == 3
    assert sum(await asyncio.gather(*(run(product) for _ in range(2)))) == 3
    assert await product.cypher(LEFT) == 0


async def test_a_popular_post_goes_in_small_transactions(product, monkeypatch):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await product.like(jo, post)
    await bookmark(product, jo, post)
    await product.delete(mira, post)
    monkeypatch.setattr(purge, "EDGES", 2)
    product.round_trips.clear()
    await run(product)
    assert product.round_trips.graph == ["purge/due", "purge/loosen", "purge/loosen", "purge/posts", "purge/due"]
