"""The lists that can be read from their end, on the servers: with equal times and hidden items, at the cost of a seek."""

from collections.abc import Callable
from typing import Any

import pytest

from bench.touched import touched
from feeds import pipeline
from feeds.bookmarks import bookmarks
from feeds.followers import followers
from feeds.following import following
from feeds.pipeline import Feed
from feeds.profile import profile
from feeds.reactions import liked_posts, likers, reposters
from feeds.reader import Reader
from feeds.replies import replies
from feeds.windows import USUAL_SIZE, Window
from graph.rows.posts import Audience, PostRow
from graph.rows.users import UserRow

FEEDS: dict[str, Callable[[Reader, UserRow, PostRow], Feed[Any]]] = {
    "followers": lambda reader, user, _: followers(reader, user),
    "following": lambda reader, user, _: following(reader, user),
    "posts": lambda reader, user, _: profile(reader, user),
    "posts and replies": lambda reader, user, _: profile(reader, user, include_replies=True),
    "replies": lambda reader, _, post: replies(reader, post),
    "bookmarks": lambda reader, _, __: bookmarks(reader),
    "liked posts": lambda reader, _, __: liked_posts(reader),
    "likers": lambda reader, _, post: likers(reader, post),
    "reposters": lambda reader, _, post: reposters(reader, post),
}
SETS_TIMES = "MATCH ()-[e:FOLLOWS|BOOKMARKED|LIKED]->() SET e.at = e.at % 3 RETURN count(e)"
EDGES, NODES = "DirectedRelationshipIndexSeek", "NodeIndexSeek"
SEEKS = {
    "follows/followers": EDGES, "follows/following": EDGES, "bookmarks/page": EDGES,
    "posts/by_author": NODES, "posts/by_author_home": NODES, "requests/received": EDGES, "requests/sent": EDGES,
    "follows/followers_backward": EDGES, "follows/following_backward": EDGES, "bookmarks/page_backward": EDGES,
    "posts/by_author_backward": NODES, "posts/by_author_home_backward": NODES,
    "bookmark_folders/page": EDGES, "bookmark_folders/page_backward": EDGES,
    "hashtags/page": EDGES, "hashtags/page_backward": EDGES,
    "hashtags/page_in_language": EDGES, "hashtags/page_in_language_backward": EDGES,
    "public_timeline/page": NODES, "public_timeline/page_backward": NODES,
    "public_timeline/page_in_language": NODES, "public_timeline/page_in_language_backward": NODES,
    "posts/replies": NODES, "posts/replies_backward": NODES,
    "likes/of_viewer": EDGES, "likes/of_viewer_backward": EDGES, "likes/of_post": EDGES, "likes/of_post_backward": EDGES,
    "reposts/page": NODES, "reposts/page_backward": NODES,
}  # fmt: skip
"""Statements of pages, and the operator that finds their rows."""
CROWD = """MATCH (bea:User {id: $bea}), (ada:User {id: $ada})
CREATE (ada)-[:HAS_FOLDER]->(folder:BookmarkFolder {id: $folder})
MERGE (tag:Hashtag {name: 'birds'})
WITH bea, ada, folder, tag
UNWIND range(1, 400) AS at
CREATE (u:User {id: $bea + at, key: 1000 + at, usernameKey: 'u' + at, state: 'ACTIVE'}),
  (u)-[:FOLLOWS {at: at, follower: u.key, followed: bea.key}]->(bea),
  (bea)-[:FOLLOWS {at: at, follower: bea.key, followed: u.key}]->(u),
  (u)-[:REQUESTED {at: at, follower: u.key, followed: ada.key}]->(ada),
  (ada)-[:REQUESTED {at: at, follower: ada.key, followed: u.key}]->(u),
  (p:Post:HomePost {id: $bea + at, authorId: bea.id, home: true, audience: 'PUBLIC', language: 'en'}),
  (p)-[:TAGGED {tag: 'birds', post: p.id, lang: 'en'}]->(tag),
  (ada)-[:BOOKMARKED {at: at, owner: ada.key, post: p.id}]->(p),
  (folder)-[:HOLDS {owner: ada.key, folder: folder.id, at: at, post: p.id}]->(p),
  (ada)-[:LIKED {at: at, owner: ada.key, post: p.id}]->(p), (u)-[:LIKED {at: at, owner: u.key, post: $answered}]->(p),
  (:Repost {id: '0' + p.id, authorId: u.id, postId: $answered}),
  (:Post {id: '0' + p.id, replyToId: $answered, audience: 'PUBLIC'})
RETURN count(u)"""
ANSWERED, FOLDER = "01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8059"
"""The post whose replies are read in the examples of the statements, and the folder of bookmarks."""
PAGE, HITS_OF_A_ROW = 21, 25
"""Rows of a page, and database hits of one at most: the edge, the post, its author and what the policy asks of them."""


@pytest.fixture
async def full_town(found_town):
    """Bea has followers, follows, and posts, of which some are hidden from Ada, and Ada has bookmarks; many at equal times.

    A post of Cid's has replies, of which some are deleted and some hidden from Ada; it comes second.
    """
    town = found_town(refill_rounds=1)
    names = [f"name{at}" for at in range(12)]
    await town.settle("ada", "bea", "cid", *names)
    services, ada = town.parts.services, town.people["ada"]
    for at, name in enumerate(names):
        await town.follow(name, "bea")
        await town.follow("bea", name)
        if at % 3 == 1:
            await town.choose(name, hide_following=True, hide_followers=True)
    other = await town.post("cid")
    for at, name in enumerate(names):
        await services.likes.add(town.people[name], other)
        await services.reposting.add(town.people[name], other)
        if at % 4 == 1:
            await town.choose(name, private=True)
    for at in range(20):
        post = await town.whisper("bea") if at % 4 == 1 else await town.post("bea", reply_to=other if at % 4 == 2 else None)
        if at % 4 != 1:
            await services.bookmarks.add(ada, post)
            await services.likes.add(ada, post)
            if at % 4 == 3:
                await town.delete("bea", post)
        reply = await town.post("cid", reply_to=other, audience=Audience.FOLLOWERS if at % 4 == 1 else None)
        if at % 4 == 3:
            await town.delete("cid", reply)
    await town.parts.graph.driver.execute_query(SETS_TIMES)
    return town, other


@pytest.mark.parametrize("name", FEEDS)
async def test_a_walk_from_the_end_is_that_from_the_beginning(full_town, name):
    town, answered = full_town

    async def page(window):
        reader = town.reader("ada")
        bea = await reader.loaders.visible_users.one(town.people["bea"].id)
        post = await reader.loaders.posts.one(answered)
        return await pipeline.page(reader, FEEDS[name](reader, bea, post), window)

    async def walked(size, *, backward):
        rows: list[Any] = []
        place, more = None, True
        while more:
            found = await page(Window(USUAL_SIZE, last=size, before=place) if backward else Window(size, place))
            info, edges = found.page_info, list(found.edges)
            rows = edges + rows if backward else rows + edges
            place, more = (
                (info.start_cursor, info.has_previous_page) if backward else (info.end_cursor, info.has_next_page)
            )
        return [(edge.node.id, edge.cursor) for edge in rows]

    forward = await walked(100, backward=False)
    assert len(forward) > 4
    for size in (1, 3, 100):
        assert await walked(size, backward=False) == await walked(size, backward=True) == forward
    _, middle = forward[4]
    before, after = await page(Window(last=100, before=middle)), await page(Window(100, middle))
    assert [edge.node.id for edge in (*before.edges, *after.edges)] == [id_ for id_, _ in forward if id_ != forward[4][0]]


async def test_a_page_is_a_seek_in_an_index_from_either_end_whatever_the_statistics_say(town):
    bea, ada, graph = town.people["bea"], town.people["ada"], town.parts.graph
    await graph.driver.execute_query(CROWD, bea=bea.id, ada=ada.id, answered=ANSWERED, folder=FOLDER)
    # Planned now, the statistics of the indexes are those of before the crowd.
    await graph.driver.execute_query("CALL db.clearQueryCaches()")
    given = {"key": bea.key, "viewer": ada.key, "author": bea.id, "limit": PAGE}
    for name, operator in SEEKS.items():
        query = graph.catalogue[name]
        found = await touched(graph.driver, query.text, {key: given.get(key, value) for key, value in query.example.items()})
        assert operator in found.operators, name
        assert PAGE < found.hits <= PAGE * HITS_OF_A_ROW, (name, found.hits)
