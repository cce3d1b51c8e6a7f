import asyncio
from collections import Counter
from typing import Any

import pytest

from graph.driver import Graph
from graph.ids import end_of_post, is_of_repost, milliseconds_of
from services.posts import entities
from tests.world.looking import fingerprint, rows
from world.demo import seed
from world.errors import UsernameTaken, WorldConflict
from world.logins import PASSWORD

NOW = 1_795_392_000_000
SMALL: dict[str, Any] = {"people": 60, "posts": 400, "now_ms": NOW}

EMPTY = "MATCH (n) WHERE NOT n:Migration AND NOT n:MigrationLock DETACH DELETE n RETURN count(*)"


WHOLE: list[str] = []
"""The fingerprint of the small world, once it is known."""


@pytest.fixture
async def whole(graph: Graph) -> str:
    """The fingerprint of the small world, and an empty graph."""
    if not WHOLE:
        await seed(graph, **SMALL)
        WHOLE.append(await fingerprint(graph))
        await rows(graph, EMPTY)
    return WHOLE[0]


async def test_the_same_seed_and_moment_give_the_same_graph(graph: Graph, whole: str):
    await seed(graph, **SMALL)
    assert await fingerprint(graph) == whole
    await rows(graph, EMPTY)
    await seed(graph, **SMALL, seed=2)
    assert await fingerprint(graph) != whole


async def test_seeding_twice_changes_nothing_whatever_the_day(graph: Graph):
    first = await seed(graph, **SMALL)
    before = await fingerprint(graph)
    again = await seed(graph, people=60, posts=400)
    assert await fingerprint(graph) == before
    assert again.present
    assert not first.present
    assert again.logins == first.logins
    assert again.now_ms == NOW


@pytest.mark.parametrize("broken_off_after", ["people", "posts", "quotes", "edits", "reposts", "bookmarks"])
async def test_a_seed_that_was_broken_off_is_completed(graph: Graph, whole: str, broken_off_after: str):
    class Stop(Exception):
        pass

    def stop(_done, _total, what):
        if what == broken_off_after:
            raise Stop

    with pytest.raises(Stop):
        await seed(graph, **SMALL, progress=stop)
    assert await fingerprint(graph) != whole
    report = await seed(graph, people=60, posts=400)
    assert not report.present
    assert await fingerprint(graph) == whole


async def test_a_cancelled_seed_is_completed(graph: Graph, whole: str):
    running = asyncio.Event()
    task = asyncio.create_task(seed(graph, **SMALL, progress=lambda *_: running.set()))
    await running.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await seed(graph, **SMALL)
    assert await fingerprint(graph) == whole


async def test_another_demo_world_is_refused(graph: Graph):
    await seed(graph, **SMALL)
    before = await fingerprint(graph)
    for other in ({**SMALL, "seed": 2}, {**SMALL, "people": 61}, {**SMALL, "posts": 401}, {**SMALL, "now_ms": NOW + 1}):
        with pytest.raises(WorldConflict, match="seed 1, 60 people, 400 posts"):
            await seed(graph, **other)
    assert await fingerprint(graph) == before


async def test_a_taken_username_is_named(graph: Graph):
    person = {"id": "018bcfe5-6800-7000-8000-000000000001", "username": "Mira", "usernameKey": "mira"}
    await graph.write("world/add_people", people=[person])
    with pytest.raises(UsernameTaken, match="mira is taken"):
        await seed(graph, **SMALL)


async def test_a_world_of_too_few_people_is_refused(graph: Graph):
    with pytest.raises(ValueError, match="at least"):
        await seed(graph, people=3)


async def test_sign_ups_count_on_after_the_demo_people(graph: Graph):
    await seed(graph, **SMALL)
    keys = await rows(graph, "MATCH (u:User) RETURN collect(u.key)")
    assert sorted(keys) == list(range(1, 61))
    assert await rows(graph, "MATCH (s:Sequence {name: 'userKey'}) RETURN properties(s)") == {
        "name": "userKey",
        "value": 60,
    }


async def test_accounts_are_asked_for_once_people_exist(graph: Graph):
    asked = []

    async def create(user_id, username, email, password):
        assert await rows(graph, "MATCH (u:User {id: $id}) RETURN u.username", id=user_id) == username
        asked.append((username, email, password))

    report = await seed(graph, **SMALL, create_account=create)
    assert [username for username, _, _ in asked] == ["mira", "tobe", "yuna", "selim", "odile", "quiet"]
    assert {password for _, _, password in asked} == {PASSWORD}
    assert [login.email for login in report.logins] == [email for _, email, _ in asked]


async def test_people_and_posts_have_the_properties_of_the_contract(graph: Graph):
    await seed(graph, **SMALL)
    optional = {"location", "website", "verifiedAt", "pinnedIds"}
    wanted = {
        "id", "key", "username", "usernameKey", "displayName", "bio", "private", "discoverable", "state", "createdAt",
        "lastActiveAt",
    }  # fmt: skip
    for person in await rows(graph, "MATCH (u:User) RETURN collect(properties(u))"):
        assert set(person) - optional == wanted
        assert milliseconds_of(person["id"]) == person["createdAt"] < NOW
        assert person["createdAt"] <= person["lastActiveAt"] < NOW
    wanted = {
        "id", "authorId", "authorKey", "text", "language", "audience", "delivery", "home", "mediaIds", "mentionNames",
        "mentionIds", "createdAt",
    }  # fmt: skip
    sometimes = {
        "lang", "replyToId", "rootId", "likeRank", "quoteOfId", "quoteDetachedAt", "editedAt", "warning", "sensitive", "views",
        "viewers", "viewSketch",
    }  # fmt: skip
    posts = await rows(
        graph,
        """MATCH (u)-[posted:POSTED|POSTED_RESTRICTED]->(p:Post)
        OPTIONAL MATCH (p)-[replied:REPLIES_TO|RESTRICTED_REPLY]->(parent)
        RETURN collect([properties(p), labels(p), u.id, u.key, u.createdAt, parent {.id, .authorId, .rootId, .createdAt},
          type(posted), type(replied)])""",
    )
    assert len(posts) == 400
    for post, labels, user_id, key, joined, parent, posted, replied in posts:
        public = post["audience"] == "PUBLIC"
        assert posted == ("POSTED" if public else "POSTED_RESTRICTED")
        assert replied == (parent and ("REPLIES_TO" if public else "RESTRICTED_REPLY"))
        assert set(post) - sometimes == wanted
        assert post["language"] == post.get("lang", "")
        assert "likeRank" not in post or "replyToId" in post
        assert (post["authorId"], post["authorKey"]) == (user_id, key)
        assert milliseconds_of(post["id"]) == post["createdAt"]
        assert joined < post["createdAt"] < NOW
        assert post["delivery"] == "PUSH"
        assert post["audience"] in {"PUBLIC", "FOLLOWERS"}
        assert post["mediaIds"] == []
        assert 0 < len(post["text"]) <= 500
        assert post.get("replyToId") == (parent and parent["id"])
        assert post.get("rootId") == (parent and (parent["rootId"] or parent["id"]))
        assert post["home"] == (parent is None or parent["authorId"] == user_id)
        assert set(labels) == ({"Post", "HomePost"} if post["home"] else {"Post"})
        assert parent is None or parent["createdAt"] < post["createdAt"]


async def test_edges_of_a_post_are_what_the_product_finds_in_its_text(graph: Graph):
    await seed(graph, **{**SMALL, "posts": 1_500})
    found = await rows(
        graph,
        """MATCH (p:Post)
        RETURN collect([p.text, p.mentionNames, p.mentionIds, [(p)-[:TAGGED]->(h) | h.name],
          [(p)-[:MENTIONS]->(u) | [u.usernameKey, u.id]],
          COLLECT { MATCH (to:Post {id: p.replyToId}) MATCH (u:User {id: to.authorId}) WHERE u.id <> p.authorId
            RETURN u.username }])""",
    )
    for text, names, ids, tags, mentioned, answered in found:
        # Who is answered counts as mentioned.
        assert list(dict.fromkeys([*entities.mentions(text), *answered])) == names
        assert sorted(entities.hashtags(text)) == sorted(tags)
        assert sorted(map(list, zip(names, ids, strict=True))) == sorted(mentioned)
    links = [entity.value for text, *_ in found for entity in entities.find(text) if entity.kind == "link"]
    assert links
    assert all(link.split("/")[2].endswith(".example") for link in links)


async def test_follows_repeat_the_keys_and_no_page_has_a_moment_twice(graph: Graph):
    await seed(graph, **SMALL)
    edges = await rows(
        graph,
        """MATCH (a)-[f:FOLLOWS]->(b)
        RETURN collect([a.key, b.key, f.follower, f.followed, f.at, a.createdAt, b.createdAt])""",
    )
    for a, b, follower, followed, at, *joined in edges:
        assert (a, b) == (follower, followed)
        assert a != b
        assert max(joined) < at < NOW
    assert len({(a, at) for a, _, _, _, at, *_ in edges}) == len(edges)
    assert len({(b, at) for _, b, _, _, at, *_ in edges}) == len(edges)


async def test_likes_come_after_posts_and_never_from_their_authors(graph: Graph):
    await seed(graph, **SMALL)
    likes = await rows(graph, "MATCH (u)-[l:LIKED]->(p) RETURN collect([u.id, p.authorId, p.createdAt, l.at])")
    assert likes
    assert all(by != author and posted < at < NOW for by, author, posted, at in likes)


async def test_posts_for_followers_are_answered_and_liked_by_followers_alone(graph: Graph):
    await seed(graph, **{**SMALL, "posts": 1_500})
    strangers = await rows(
        graph,
        """MATCH (root:Post {audience: 'FOLLOWERS'})<-[:POSTED_RESTRICTED]-(author) WHERE root.rootId IS NULL
        MATCH (root)<-[:LIKED]-(other) WHERE NOT EXISTS { (other)-[:FOLLOWS]->(author) } RETURN count(*)""",
    )
    assert strangers == 0


async def test_what_the_product_counts_by_edges_is_what_posts_say(graph: Graph):
    await seed(graph, **{**SMALL, "posts": 1_200})
    found = await rows(
        graph,
        """MATCH (p:Post)
        OPTIONAL MATCH (p)-[edge:QUOTES|RESTRICTED_QUOTE|DETACHED_QUOTE]->(quoted)
        OPTIONAL MATCH (p)-[replied:REPLIES_TO|RESTRICTED_REPLY|HIDDEN_REPLY]->(answered)
        RETURN collect([p {.audience, .quoteOfId, .quoteDetachedAt, .replyToId, .replyHiddenAt}, type(edge), quoted.id,
          type(replied), answered.id])""",
    )
    edges = Counter[str]()
    for post, quote, quoted, reply, answered in found:
        assert (post["quoteOfId"], post["replyToId"]) == (quoted, answered)
        is_public = post["audience"] == "PUBLIC"
        if quoted:
            assert quote == ("DETACHED_QUOTE" if post["quoteDetachedAt"] else "QUOTES" if is_public else "RESTRICTED_QUOTE")
        if answered:
            assert reply == ("RESTRICTED_REPLY" if not is_public else "HIDDEN_REPLY" if post["replyHiddenAt"] else "REPLIES_TO")
        edges.update(filter(None, (quote, reply)))
    assert edges["DETACHED_QUOTE"] == edges["HIDDEN_REPLY"] == 1
    assert edges["QUOTES"] >= 15


async def test_reposts_are_what_the_product_would_have_written(graph: Graph):
    await seed(graph, **SMALL)
    found = await rows(
        graph,
        """MATCH (r:Repost)-[:REPOSTS]->(p:Post)
        MATCH (u:User {id: r.authorId})
        RETURN collect([properties(r), labels(r), u.key, p.id, p.createdAt, u.createdAt, u.lastActiveAt])""",
    )
    assert found
    for repost, labels, key, post, written, joined, active in found:
        assert set(repost) == {"id", "authorId", "authorKey", "postId", "createdAt", "delivery", "deliveryReason"}
        assert set(labels) == {"Repost", "HomePost"}
        assert (repost["authorKey"], repost["postId"]) == (key, post)
        assert repost["id"] > post and is_of_repost(repost["id"]) and end_of_post(repost["id"]) == end_of_post(post)
        assert max(written, joined) < repost["createdAt"] == milliseconds_of(repost["id"]) <= active < NOW
        assert (repost["delivery"], repost["deliveryReason"]) == ("PUSH", "FEW_FOLLOWERS")


async def test_versions_follow_each_other_up_to_the_last_edit(graph: Graph):
    await seed(graph, **SMALL)
    found = await rows(
        graph,
        """MATCH (p:Post)-[:HAD_VERSION]->(v)
        WITH p, v ORDER BY v.writtenAt
        RETURN collect([p {.createdAt, .editedAt, .audience, .mentionIds}, v {.*}])""",
    )
    assert found
    since: dict[int, int] = {}
    for post, version in found:
        assert version["writtenAt"] == since.get(post["createdAt"], post["createdAt"]) < version["replacedAt"]
        assert (version["audiences"], version["mentionIds"]) == ([post["audience"]], post["mentionIds"])
        since[post["createdAt"]] = version["replacedAt"]
    assert all(since[post["createdAt"]] == post["editedAt"] for post, _ in found)
    assert await rows(graph, "MATCH (p:Post) WHERE p.editedAt IS NOT NULL RETURN count(p)") == len(since)


async def test_what_people_keep_is_found_by_the_indexes_of_its_pages(graph: Graph):
    await seed(graph, **SMALL)
    found = await rows(
        graph,
        """MATCH (u:User)-[b:BOOKMARKED]->(p)
        OPTIONAL MATCH (u)-[:HAS_FOLDER]->(f:BookmarkFolder)-[h:HOLDS]->(p)
        RETURN collect([b {.*}, u.key, p.id, f {.*}, h {.*}, u.id])""",
    )
    for bookmark, key, post, folder, held, owner in found:
        assert (bookmark["owner"], bookmark["post"]) == (key, post)
        if folder is not None:
            assert held == {"owner": key, "folder": folder["id"], "at": bookmark["at"], "post": post}
            assert set(folder) == {"id", "ownerId", "name", "nameKey", "createdAt"} and folder["ownerId"] == owner
    assert len({(key, post) for _, key, post, *_ in found}) == len(found)
    assert {folder is None for *_, folder, _, _ in found} == {True, False}
    follows = await rows(graph, "MATCH (u)-[f:FOLLOWS_HASHTAG]->(h) RETURN collect([f {.*}, u.key, h.name])")
    assert follows and all((f["owner"], f["tag"]) == (key, tag) for f, key, tag in follows)


async def test_the_statement_counts_keys_on_over_people_who_exist(graph: Graph):
    person = {"username": "a1", "bio": ""}
    add = [{**person, "id": f"id{n}", "usernameKey": f"a{n}"} for n in range(3)]
    assert await graph.write("world/add_people", people=add[:2]) == [0, [[None, None], [None, None]]]
    assert await graph.write("world/add_people", people=add) == [2, [[1, "id0"], [2, "id1"], [None, None]]]
    assert Counter(await rows(graph, "MATCH (u:User) RETURN collect(u.key)")) == Counter([1, 2, 3])
