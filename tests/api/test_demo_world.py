"""The demo world as a demo log-in sees it: through the API, under its rules."""

import pytest

import clock
from graph.driver import Graph
from tests.api.product import LOG_IN, Person, Product
from tests.api.test_views import counts, record, write
from world.demo import seed
from world.logins import LEADS, PASSWORD
from world.times import DAY

HOME = """{ homeTimeline(first: 50) { edges { repost { repostedAt otherCount reposter { username } } node {
  id createdAt editedAt warning repostCount viewCount viewedByCount quote { state post { text } }
  history(first: 5) { edges { node { text } } } } } } }"""
OWN = """{ viewer { username pinnedPosts { id author { username } }
    posts(first: 50, includeReposts: true) { edges { repost { repostedAt } node {
      id editedAt hiddenReplyCount quote { state }
      detachedQuotes(first: 5) { edges { node { author { username } quote { state } } } } } } } }
  bookmarkFolders { id name bookmarkCount }
  bookmarks(first: 100) { totalCount edges { node { id viewerBookmarkFolder { name } } } }
  followedHashtags { name posts(first: 1) { edges { node { text } } } } }"""
FOLDER = "query ($id: ID!) { bookmarks(folderId: $id, first: 100) { edges { node { id } } } }"
THREAD = """query ($id: ID!) { post(id: $id) { replyCount hiddenReplyCount
  hiddenReplies(first: 5) { edges { node { text replyHidden replyTo { id } } } }
  descendants(depth: 20, breadth: 20, limit: 100) { depth hasMore post { id replyHidden } } } }"""

PUBLIC = "{ publicTimeline(first: 20) { edges { node { id viewCount viewedByCount } } } }"


@pytest.fixture
async def mira(product: Product, graph: Graph) -> Person:
    """The first demo log-in, in a small world of today."""

    async def create(user_id: str, username: str, email: str, password: str) -> None:
        if username == LEADS[0].username:
            await product.served.parts.accounts.demo.set_password_account(user_id, username, email, password)

    await seed(graph, people=60, posts=1_200, now_ms=clock.now_ms() // DAY * DAY, create_account=create)
    session = (await product.run(LOG_IN, input={"login": "mira", "password": PASSWORD}))["logIn"]["session"]
    return Person(session["viewer"]["id"], session["viewer"]["username"], session["accessToken"])


async def test_a_demo_log_in_finds_something_of_everything(product: Product, mira: Person) -> None:
    home = (await product.run(HOME, mira))["homeTimeline"]["edges"]
    posts = [edge["node"] for edge in home]
    assert len({post["id"] for post in posts}) == len(posts) == 50
    reposts = [(edge["repost"], edge["node"]) for edge in home if edge["repost"]]
    assert reposts
    assert all(repost["otherCount"] == post["repostCount"] - 1 for repost, post in reposts)
    assert all(repost["repostedAt"] > post["createdAt"] for repost, post in reposts)
    places = [edge["repost"]["repostedAt"] if edge["repost"] else edge["node"]["createdAt"] for edge in home]
    assert places == sorted(places, reverse=True)
    assert any(post["quote"] and post["quote"]["state"] == "SHOWN" and post["quote"]["post"]["text"] for post in posts)
    assert any(post["warning"] for post in posts)
    edited = [post for post in posts if post["editedAt"]]
    assert edited and all(post["history"]["edges"] for post in edited)
    viewed = [post for post in posts if post["viewCount"] is not None]  # those of posts for few are for their authors
    assert viewed and all(post["viewedByCount"] <= post["viewCount"] for post in viewed)

    report = await product.served.parts.audits.run(10, repair=False)
    assert (report.timelines, report.drifted) == (1, [])

    own = await product.run(OWN, mira)
    assert 2 <= len(own["viewer"]["pinnedPosts"]) <= 3
    assert {post["author"]["username"] for post in own["viewer"]["pinnedPosts"]} == {"mira"}
    assert any(edge["repost"] for edge in own["viewer"]["posts"]["edges"])
    assert sorted(folder["name"] for folder in own["bookmarkFolders"]) == sorted(name for name, _ in LEADS[0].folders)
    marked = own["bookmarks"]["edges"]
    assert own["bookmarks"]["totalCount"] == len(marked) > 20
    for folder in own["bookmarkFolders"]:
        held = (await product.run(FOLDER, mira, id=folder["id"]))["bookmarks"]["edges"]
        assert len(held) == folder["bookmarkCount"]
        named = [edge for edge in marked if (edge["node"]["viewerBookmarkFolder"] or {}).get("name") == folder["name"]]
        assert [edge["node"]["id"] for edge in held] == [edge["node"]["id"] for edge in named]
    assert len(own["followedHashtags"]) == 6
    assert any(tag["posts"]["edges"] for tag in own["followedHashtags"])


async def test_the_debate_is_read_as_a_tree_and_she_finds_what_she_hid_and_detached(product: Product, mira: Person) -> None:
    posts = [edge["node"] for edge in (await product.run(OWN, mira))["viewer"]["posts"]["edges"]]
    detached = [edge["node"] for post in posts for edge in post["detachedQuotes"]["edges"]]
    assert [(quote["author"]["username"] != "mira", quote["quote"]["state"]) for quote in detached] == [(True, "DETACHED")]
    (debate,) = [post for post in posts if post["hiddenReplyCount"]]
    thread = (await product.run(THREAD, mira, id=debate["id"]))["post"]
    assert len(thread["descendants"]) == 100
    assert max(each["depth"] for each in thread["descendants"]) > 3
    assert not any(each["post"]["replyHidden"] for each in thread["descendants"])
    (hidden,) = [edge["node"] for edge in thread["hiddenReplies"]["edges"]]
    assert hidden["replyHidden"]
    assert hidden["replyTo"]["id"] == debate["id"]


async def test_views_are_counted_on_from_those_of_the_demo_world(product: Product, graph: Graph) -> None:
    await seed(graph, people=20, posts=60, now_ms=clock.now_ms() // DAY * DAY)
    new = await product.sign_up("newcomer")
    edges = (await product.run(PUBLIC, new))["publicTimeline"]["edges"]
    post = max((edge["node"] for edge in edges), key=lambda node: node["viewedByCount"])
    assert post["viewedByCount"] > 1
    assert await record(product, new, post["id"]) == [post["id"]]
    assert await write(product) == 1
    assert await counts(product, post["id"]) == (post["viewCount"] + 1, post["viewedByCount"] + 1)
