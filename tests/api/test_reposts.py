"""Reposts: once for each person and post, counted, shown to whom the policy lets see them."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from errors import Unavailable
from graph.ids import is_of_repost, new_id, new_repost_id
from keyspace import keys
from resolvers.global_ids import encode
from services.accounts.viewer import Viewer
from tests.api.product import Person, own_id
from tests.api.test_write_limits import opened
from tests.worlds.delivery import handle, waiting
from worker import consumers_of

FIELDS = "post { id repostCount viewerHasReposted viewerCanRepost }"
REPOST = f"mutation ($input: RepostInput!) {{ repost(input: $input) {{ {FIELDS} }} }}"
UNDO = f"mutation ($input: UndoRepostInput!) {{ undoRepost(input: $input) {{ postId {FIELDS} }} }}"
READ = "query ($id: ID!) { post(id: $id) { repostCount viewerHasReposted viewerCanRepost } }"
TRIES = 5
"""How often a client asks while it is told that something is not available."""
COUNTS = "query ($id: ID!) { post(id: $id) { repostCount likeCount } }"
EDGES = """MATCH (p:Post {id: $post}) CALL (p) { OPTIONAL MATCH (u:User)-[:LIKED]->(p) RETURN collect(u.username) AS likers }
  CALL (p) { OPTIONAL MATCH (r:Repost)-[:REPOSTS]->(p) OPTIONAL MATCH (u:User {id: r.authorId})
    RETURN collect(u.username) AS reposters }
  RETURN [likers, reposters]"""
PEOPLE = """query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { post(id: $id) {
  likers(first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { likedAt cursor node { username } } pageInfo { endCursor hasNextPage } }
  reposters(first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { repostedAt cursor node { username } } pageInfo { endCursor hasNextPage } } } }"""
LIKED = """query ($first: Int, $last: Int) { likedPosts(first: $first, last: $last) {
  totalCount edges { node { id } } pageInfo { endCursor } } }"""

MANY = """MATCH (p:Post {id: $post}) UNWIND $rows AS row
  CREATE (r:Repost:HomePost {id: row[0], authorId: row[1], authorKey: row[2], postId: p.id, createdAt: 1, delivery: 'PUSH',
    deliveryReason: 'FEW_FOLLOWERS'})-[:REPOSTS]->(p)
  RETURN count(r)"""
HOME_IDS = "{ homeTimeline { edges { node { id } } } }"


async def repost(product, viewer, post):
    found = (await product.run(REPOST, viewer, input={"postId": post}))["repost"]["post"]
    return found["viewerHasReposted"], found["repostCount"]


async def undo(product, viewer, post):
    found = (await product.run(UNDO, viewer, input={"postId": post}))["undoRepost"]["post"]
    return found["viewerHasReposted"], found["repostCount"]


async def reposters(product, viewer, post, **window):
    found = (await product.run(PEOPLE, viewer, id=post, **window))["post"]["reposters"]
    return [edge["node"]["username"] for edge in found["edges"]]


async def likers(product, viewer, post, **window):
    found = (await product.run(PEOPLE, viewer, id=post, **window))["post"]["likers"]
    return [edge["node"]["username"] for edge in found["edges"]]


async def nodes(product):
    return await product.cypher("MATCH (r:Repost) RETURN collect([r.id, r.authorId, r.postId, r.delivery])")


async def test_a_repost_is_seen_in_its_answer_and_by_others(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    assert await repost(product, jo, post) == (True, 1)
    assert await repost(product, mira, post) == (True, 2)
    assert await undo(product, jo, post) == (False, 1)
    seen = [(await product.run(READ, viewer, id=post))["post"] for viewer in (jo, mira, None)]
    assert [each["viewerHasReposted"] for each in seen] == [False, True, False]
    assert [each["viewerCanRepost"] for each in seen] == [True, True, False]
    assert {each["repostCount"] for each in seen} == {1}
    ((id_, _, of, delivery),) = await nodes(product)
    assert is_of_repost(id_) and id_ > of and id_[-8:] == of[-8:] and delivery == "PUSH"


async def test_twice_is_as_good_as_once_also_after_the_post_is_closed(product):
    mira, jo = await product.people("mira", "jo2")
    await product.follow(jo, mira)
    post = await product.post(mira)
    for _ in range(2):
        assert await repost(product, jo, post) == (True, 1)
    await product.hide(mira, post)
    assert await repost(product, jo, post) == (True, 1)
    for _ in range(2):
        assert await undo(product, jo, post) == (False, 0)
    assert (await product.ask(REPOST, jo, input={"postId": post})).code == "FORBIDDEN"
    assert (await product.event_types())[4:] == ["post.reposted", "post.updated", "post.unreposted"]


async def crowd(product, count):
    """Give so many people by their usernames, without passwords, which take a tenth of a second each."""
    usual = {"displayName": "Fan", "bio": "", "private": False, "discoverable": True, "state": "ACTIVE", "createdAt": 1}
    ids = {f"fan{at}": new_id() for at in range(count)}
    rows = [{**usual, "id": id_, "username": name, "usernameKey": name} for name, id_ in ids.items()]
    last, _ = await product.graph.write("world/add_people", people=rows)
    until = datetime.now(UTC) + timedelta(minutes=10)
    return {name: Viewer(id_, last + at, until) for at, (name, id_) in enumerate(ids.items(), 1)}


async def insisting(act, *given):
    """Do something, and do it again where a busy machine did not get to it or cannot say whether it did."""
    for _ in range(TRIES):
        with suppress(Unavailable):
            return await act(*given)
    raise Unavailable


async def test_two_hundred_people_repost_undo_and_like_at_once_at_two_processes_and_are_counted_exactly(product, app_settings):
    mira = await product.sign_up("mira")
    post, people = await product.post(mira), await crowd(product, 200)
    names, own = [*people], own_id(post)
    async with opened(app_settings) as one, opened(app_settings) as two:

        async def at_once(*wanted):
            await asyncio.gather(*(insisting(act, people[name], own) for act, name in wanted))

        both, (first, *_) = (one, two), names
        for act in (one.reposting.add, one.reposting.remove, one.likes.add, one.likes.remove):
            await insisting(act, people[first], own)  # a crowd would plan each statement a hundred times, since none is planned
        sides = [(name, both[at % 2], both[1 - at % 2]) for at, name in enumerate(names)]
        reposts = [(here.reposting.add, name) for name, here, _ in sides]
        await at_once(*reposts, *[(there.likes.add, name) for name, _, there in sides[100:]])
        assert await counts(product, mira, post) == (100, 200)
        undoing, again, torn, unliking = names[:60], names[60:80], sides[120:160], names[160:]
        await at_once(
            *[(each.reposting.remove, name) for name in undoing for each in both],
            *[(each.reposting.add, name) for name in again for each in both],
            *[(here.reposting.add, name) for name, here, _ in torn],
            *[(there.reposting.remove, name) for name, _, there in torn],
            *[(each.likes.remove, name) for name in unliking for each in both],
        )
    likers, reposters = map(set, edges := await product.cypher(EDGES, post=own))
    assert [len(likers), len(reposters)] == [*map(len, edges)]  # each once
    assert likers == {*names[100:]} - {*unliking}
    assert {*names[60:120], *unliking} <= reposters <= {*names} - {*undoing}
    assert await counts(product, mira, post) == (len(likers), len(reposters))
    for name, expected in (("likers", likers), ("reposters", reposters)):
        listed = await everybody(product, mira, post, name, 100)
        assert (len(listed), {*listed}) == (len(expected), expected)
    for name, *_ in torn[:8]:
        token = product.served.parts.accounts.tokens.issue(people[name].id, people[name].key).token
        found = (await product.run(READ, Person(encode("User", people[name].id), name, token), id=post))["post"]
        assert found["viewerHasReposted"] is (name in reposters)
    types = await product.event_types()
    assert (types.count("post.liked"), types.count("post.unliked")) == (101, 41)
    assert types.count("post.reposted") - types.count("post.unreposted") == len(reposters)
    assert 201 <= types.count("post.reposted") <= 241


async def counts(product, viewer, post):
    """Return how many like a post and how many repost it."""
    found = (await product.run(COUNTS, viewer, id=post))["post"]
    return found["likeCount"], found["repostCount"]


@pytest.mark.parametrize("audience", ["FOLLOWERS", "CLOSE_FRIENDS", "MENTIONED"])
async def test_only_posts_for_everybody_are_reposted(product, audience):
    mira, jo = await product.people("mira", "jo2")
    await product.follow(jo, mira)
    post = await product.post(mira, "Hello @jo2.", audience=audience)
    expected = "NOT_FOUND" if audience == "CLOSE_FRIENDS" else "FORBIDDEN"
    assert (await product.ask(REPOST, jo, input={"postId": post})).code == expected
    assert (await product.ask(REPOST, mira, input={"postId": post})).code == "FORBIDDEN"
    assert await nodes(product) == []


async def test_posts_of_a_private_account_are_reposted_by_its_owner_alone(product):
    mira, jo = await product.people("mira", "jo2")
    await product.follow(jo, mira)
    post = await product.post(mira)
    await product.cypher("MATCH (u:User {username: 'mira'}) SET u.private = true RETURN 1")
    await product.forget_caches()
    assert (await product.ask(REPOST, jo, input={"postId": post})).code == "FORBIDDEN"
    assert (await product.run(READ, jo, id=post))["post"]["viewerCanRepost"] is False
    assert await repost(product, mira, post) == (True, 1)


async def test_a_hidden_post_is_not_reposted_and_its_repost_is_taken_back(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    post = await product.post(mira)
    await repost(product, jo, post)
    await product.hide(mira, post)
    assert (await product.ask(REPOST, kim, input={"postId": post})).code == "NOT_FOUND"
    gone = (await product.run(UNDO, jo, input={"postId": post}))["undoRepost"]
    assert gone == {"postId": post, "post": None}
    assert await nodes(product) == []
    for document in (REPOST, UNDO):
        assert (await product.ask(document, None, input={"postId": post})).code == "UNAUTHENTICATED"
        assert (await product.ask(document, jo, input={"postId": jo.id})).refusal == ("INVALID_INPUT", "postId")


async def test_the_reposts_of_a_deleted_post_end(product):
    mira, jo = await product.people("mira", "jo2")
    post, other = await product.post(mira), await product.post(mira)
    await repost(product, jo, post)
    await repost(product, mira, post)
    await repost(product, jo, other)
    await product.delete(mira, post)
    await product.settle()
    assert len(await nodes(product)) == 1
    assert await undo(product, jo, other) == (False, 0)


async def test_the_end_of_a_post_with_thousands_of_reposts_is_few_events_and_no_work_for_fan_out(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await product.follow(mira, jo)
    await repost(product, jo, post)
    await product.settle()
    rows = [[new_repost_id(own_id(post)), new_id(), 1_000 + each] for each in range(2_000)]
    assert await product.cypher(MANY, post=own_id(post), rows=rows) == 2_000
    live = product.served.parts.live_stream
    (_, before), tasks = await live.begin(), await product.served.parts.keyspace.command("ZCARD", keys.FAN_OUT[3])
    await product.delete(mira, post)
    product.round_trips.clear()
    told = await settled(product)
    assert await nodes(product) == []
    assert told == ["post.deleted", *["post.reposts_ended"] * 5]
    assert product.round_trips.graph.count("reposts/end") == 6
    _, entries = await live.since(before, 100)
    assert [each.fields[b"type"].decode() for each in entries[1:]] == told
    assert await product.served.parts.keyspace.command("ZCARD", keys.FAN_OUT[3]) == tasks
    for viewer in (mira, jo):
        assert (await product.run(HOME_IDS, viewer))["homeTimeline"]["edges"] == []


async def settled(product):
    """Let the worker act on everything that happens, and give the types of the events."""
    consumers, types = consumers_of(product.served.parts, product.served.processor), []
    while events := await waiting(product.graph):
        types += [event.type for event in events]
        await handle(consumers, events)
        await product.graph.write("outbox/remove", ids=[event.id for event in events])
    return types


async def test_people_who_like_and_repost_are_shown_newest_first_to_whom_may_see_it(product):
    mira, jo, kim, lou = await product.people("mira", "jo2", "kim", "lou")
    post = await product.post(mira)
    for each in (kim, jo, lou):
        await repost(product, each, post)
        await product.like(each, post)
    for people in (reposters, likers):
        assert await people(product, mira, post, first=20) == ["lou", "jo2", "kim"]
        assert await people(product, None, post, first=2) == ["lou", "jo2"]
        assert await people(product, mira, post, last=2) == ["jo2", "kim"]
    await product.cypher("MATCH (u:User {username: 'jo2'}) SET u.private = true RETURN 1")
    await product.suspend(kim)
    for people in (reposters, likers):
        assert await people(product, mira, post, first=20) == ["lou"]
        assert await people(product, jo, post, first=20) == ["lou", "jo2"]
    found = (await product.run(PEOPLE, mira, id=post, first=1))["post"]
    assert {found[name]["totalCount"] for name in ("likers", "reposters")} == {3}


WALK = """query ($id: ID!, $first: Int!, $after: String) {{ post(id: $id) {{ {}(first: $first, after: $after) {{
  edges {{ node {{ username }} }} pageInfo {{ endCursor hasNextPage }} }} }} }}"""


async def everybody(product, viewer, post, name, first):
    """Walk a page of people, and return all of them."""
    seen, after, more = [], None, True
    while more:
        page = (await product.run(WALK.format(name), viewer, id=post, first=first, after=after))["post"][name]
        seen += [edge["node"]["username"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return seen


@pytest.mark.parametrize(("name", "other"), [("likers", "reposters"), ("reposters", "likers")])
async def test_pages_of_people_join_without_a_seam_and_know_their_cursors(product, name, other):
    mira, *fans = await product.people("mira", *[f"fan{each}" for each in range(5)])
    post = await product.post(mira)
    for each in fans:
        await repost(product, each, post)
        await product.like(each, post)
    assert await everybody(product, mira, post, name, 2) == ["fan4", "fan3", "fan2", "fan1", "fan0"]
    after = (await product.run(WALK.format(name), mira, id=post, first=2))["post"][name]["pageInfo"]["endCursor"]
    answer = await product.ask(WALK.format(other), mira, id=post, first=2, after=after)
    assert answer.refusal == ("INVALID_INPUT", "after")


PEOPLE_ALONE = "query ($id: ID!) {{ post(id: $id) {{ {}(first: 20) {{ edges {{ node {{ username }} }} }} }} }}"


@pytest.mark.parametrize(("name", "statement"), [("likers", "likes/of_post"), ("reposters", "reposts/page")])
async def test_a_warm_page_of_people_is_one_statement(product, name, statement):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await repost(product, jo, post)
    await product.like(jo, post)
    document = PEOPLE_ALONE.format(name)
    await product.run(document, mira, id=post)
    product.round_trips.clear()
    await product.run(document, mira, id=post)
    assert (product.round_trips.graph, len(product.round_trips.redis)) == ([statement], 2)


async def test_ones_own_likes_are_shown_newest_first(product):
    mira, jo = await product.people("mira", "jo2")
    posts = [await product.post(mira, f"Post {each}.") for each in range(4)]
    for post in posts:
        await product.like(jo, post)
    await product.delete(mira, posts[1])
    found = (await product.run(LIKED, jo, first=2))["likedPosts"]
    assert ([edge["node"]["id"] for edge in found["edges"]], found["totalCount"]) == ([posts[3], posts[2]], 4)
    found = (await product.run(LIKED, jo, last=1))["likedPosts"]
    assert [edge["node"]["id"] for edge in found["edges"]] == [posts[0]]
    assert (await product.run(LIKED, mira, first=2))["likedPosts"]["edges"] == []
    product.round_trips.clear()
    await product.run("{ likedPosts { edges { node { id } } } }", jo)
    assert (product.round_trips.graph, len(product.round_trips.redis)) == (["likes/of_viewer"], 1)


async def test_a_profile_shows_no_reposts_by_itself(product):
    mira, jo = await product.people("mira", "jo2")
    post, own = await product.post(mira), await product.post(jo)
    await repost(product, jo, post)
    document = 'query ($last: Int) { user(username: "jo2") { posts(last: $last) { edges { node { id } } } postCount } }'
    for last in (None, 5):
        found = (await product.run(document, mira, last=last))["user"]
        assert ([edge["node"]["id"] for edge in found["posts"]["edges"]], found["postCount"]) == ([own], 1)


COUNT = "mutation ($input: RepostInput!) { repost(input: $input) { post { repostCount } } }"
END = "mutation ($input: UndoRepostInput!) { undoRepost(input: $input) { postId } }"


async def test_what_a_repost_asks_of_neo4j_and_redis(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await repost(product, jo, post)
    await undo(product, jo, post)
    product.round_trips.clear()
    await product.run(COUNT, jo, input={"postId": post})
    # The row is stored where its lease stood in time, at the same time as the rest.
    assert product.round_trips.graph == ["reposts/add"]
    assert {*product.round_trips.redis} - {"fill_rows"} == {"lease_rows", "invalidate", "author_push"}
    product.round_trips.clear()
    await product.run(END, jo, input={"postId": post})
    assert (product.round_trips.graph, product.round_trips.redis) == (["reposts/remove"], ["invalidate"])
