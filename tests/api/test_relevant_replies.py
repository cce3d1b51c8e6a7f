"""Replies by relevance: the order, what is held of it, and what happens meanwhile."""

import pytest

import feeds.relevant_replies
import loaders.operation
from tests.api.product import UNLIKE, own_id

PAGE = """query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { post(id: $id) {
  replies(first: $first, after: $after, last: $last, before: $before, order: RELEVANCE) {
    edges { cursor node { text } } pageInfo { hasNextPage endCursor } } } }"""
RANK = "MATCH (p:Post {id: $id}) RETURN p.likeRank"


async def page(product, viewer, post, first=20, after=None):
    found = (await product.run(PAGE, viewer, id=post, first=first, after=after))["post"]["replies"]
    return [edge["node"]["text"] for edge in found["edges"]], found["pageInfo"]["endCursor"]


@pytest.fixture
async def conversation(product):
    """Mira's post with replies by her, by jo2, whom kim follows, and by lee; the later of two is liked more."""
    mira, jo, kim, lee = await product.people("mira", "jo2", "kim", "lee")
    await product.follow(kim, jo)
    post = await product.post(mira)
    replies = {}
    for author in (lee, jo, mira):
        for at in range(2):
            replies[f"{author.username} {at}"] = await product.post(author, f"{author.username} {at}", replyToId=post)
    for liker, text in ((kim, "lee 1"), (jo, "lee 1"), (kim, "jo2 1"), (kim, "mira 1")):
        await product.like(liker, replies[text])
    return post, replies, {"mira": mira, "jo": jo, "kim": kim, "lee": lee}


async def test_own_come_first_then_those_of_the_followed_then_what_is_liked_then_the_rest(product, conversation):
    post, _, people = conversation
    assert (await page(product, people["kim"], post))[0] == ["mira 0", "mira 1", "jo2 1", "jo2 0", "lee 1", "lee 0"]
    for viewer in (people["lee"], None):
        assert (await page(product, viewer, post))[0] == ["mira 0", "mira 1", "lee 1", "jo2 1", "lee 0", "jo2 0"]


async def test_whatever_comes_meanwhile_neither_repeats_nor_skips_anything(product, conversation):
    post, replies, people = conversation
    kim = people["kim"]
    first, after = await page(product, kim, post, 3)
    for liker in people.values():
        await product.like(liker, replies["lee 0"])
    await product.run(UNLIKE, kim, input={"postId": replies["jo2 1"]})
    await product.unfollow(kim, people["jo"])
    await product.post(people["mira"], "new", replyToId=post)
    rest: list[str] = []
    while after and len(rest) < 10:
        some, after = await page(product, kim, post, 2, after)
        rest += some
        if not some:
            break
    assert first + rest == ["mira 0", "mira 1", "jo2 1", "jo2 0", "lee 1", "lee 0", "new"]
    assert (await page(product, kim, post))[0] == ["mira 0", "mira 1", "new", "lee 0", "lee 1", "jo2 0", "jo2 1"]


async def test_an_order_that_is_not_held_any_more_says_so_and_each_page_holds_it_anew(product, conversation):
    post, _, people = conversation
    keyspace = product.served.parts.keyspace
    _, after = await page(product, people["kim"], post, 2)
    (name,) = await keyspace.command("KEYS", "rr1:*")
    await keyspace.command("EXPIRE", name, 100)
    await page(product, people["kim"], post, 2, after)
    assert await keyspace.command("TTL", name) > 500
    await keyspace.command("UNLINK", name)
    answer = await product.ask(PAGE, people["kim"], id=post, first=2, after=after)
    assert answer.refusal == ("CURSOR_EXPIRED", "after")


async def test_cursors_tell_no_ranks_and_are_good_for_this_order_and_viewer_alone(product, conversation):
    post, _, people = conversation
    found = (await product.run(PAGE, people["kim"], id=post, first=2))["post"]["replies"]
    assert all("." in edge["cursor"] for edge in found["edges"])  # sealed
    for viewer, document in ((people["lee"], PAGE), (people["kim"], PAGE.replace("RELEVANCE", "TIME"))):
        answer = await product.ask(document, viewer, id=post, first=2, after=found["pageInfo"]["endCursor"])
        assert answer.refusal == ("INVALID_INPUT", "after")
    for given in ({"last": 2}, {"first": 2, "before": found["pageInfo"]["endCursor"]}):
        (name,) = given.keys() - {"first"}
        assert (await product.ask(PAGE, people["kim"], id=post, **given)).refusal == ("INVALID_INPUT", name)


async def test_nothing_is_held_where_the_first_page_has_everything_and_its_end_reads_on_with_what_is_new(product, conversation):
    post, _, people = conversation
    keyspace = product.served.parts.keyspace
    kim, mira = people["kim"], people["mira"]
    found, after = await page(product, kim, post, 6)
    assert len(found) == 6
    assert await keyspace.command("KEYS", "rr1:*") == []
    await product.post(mira, "new", replyToId=post)
    assert (await page(product, kim, post, 6, after))[0] == ["new"]


async def test_rankings_of_an_operation_are_held_in_one_round_trip_and_read_in_one(product, conversation):
    post, _, people = conversation
    other = await product.post(people["mira"])
    for text in ("a", "b"):
        await product.post(people["mira"], text, replyToId=other)
    both = """query ($one: ID!, $other: ID!, $afterOne: String, $afterOther: String) {
      one: post(id: $one) { replies(first: 1, after: $afterOne, order: RELEVANCE) { ...Page } }
      other: post(id: $other) { replies(first: 1, after: $afterOther, order: RELEVANCE) { ...Page } }
    } fragment Page on PostConnection { edges { node { text } } pageInfo { endCursor } }"""
    ids, trips = {"one": post, "other": other}, product.round_trips
    await product.run(both, people["kim"], **ids)
    trips.clear()
    found = await product.run(both, people["kim"], **ids)
    assert (trips.graph, trips.redis.count("hold_rankings")) == (["posts/rank_replies"], 1)
    cursors = {name: found[name]["replies"]["pageInfo"]["endCursor"] for name in ids}
    trips.clear()
    found = await product.run(both, people["kim"], **ids, afterOne=cursors["one"], afterOther=cursors["other"])
    assert [found[name]["replies"]["edges"][0]["node"]["text"] for name in ids] == ["mira 1", "b"]
    assert "posts/rank_replies" not in trips.graph
    assert (trips.redis.count("held_rankings"), trips.redis.count("hold_rankings")) == (1, 0)


async def test_one_statement_ranks_some_conversations_and_the_next_follows_it(product, conversation, monkeypatch):
    monkeypatch.setattr("loaders.reply_rankings.RANKED_AT_ONCE", 2)
    _, replies, people = conversation
    for reply in replies.values():
        await product.post(people["lee"], "below", replyToId=reply)
    replies_of_each = "replies(order: RELEVANCE) { edges { node { text } } }"
    all_of_them = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Post {{ {replies_of_each} }} }} }}"
    product.round_trips.clear()
    found = await product.run(all_of_them, people["kim"], ids=[*replies.values()])
    assert [[edge["node"]["text"] for edge in each["replies"]["edges"]] for each in found["nodes"]] == [["below"]] * 6
    assert product.round_trips.graph.count("posts/rank_replies") == 3


async def test_more_than_are_ranked_come_by_time(product, conversation, monkeypatch):
    post, _, people = conversation
    for module in (feeds.relevant_replies, loaders.operation):
        monkeypatch.setattr(module, "RANKED_MOST", 3)
    monkeypatch.setattr(feeds.relevant_replies, "_UNRANKED", 3)
    for first in (1, 2, 4, 20):
        found: list[str] = []
        after = None
        while len(found) < 6:
            some, after = await page(product, people["kim"], post, first, after)
            found += some
        assert found == ["mira 0", "mira 1", "jo2 1", "lee 0", "lee 1", "jo2 0"]


@pytest.mark.parametrize(
    ("newest", "sought", "expected"),
    [
        # What is liked is among the ranked anyway, and is then known to be of somebody who is followed.
        (0, 0, ["lee 1", "jo2 1", "lee 0", "jo2 0", "jo2 2"]),
        (1, 0, ["lee 1", "jo2 1", "jo2 2", "lee 0", "jo2 0"]),
        (100, 0, ["lee 1", "jo2 1", "lee 0", "jo2 0", "jo2 2"]),
        (0, 100, ["lee 1", "jo2 1", "jo2 2", "lee 0", "jo2 0"]),
    ],
)
async def test_replies_of_the_followed_are_found_by_likes_among_the_newest_and_the_newest_of_each_of_few(
    product, conversation, monkeypatch, newest, sought, expected
):
    post, _, people = conversation
    monkeypatch.setattr("loaders.reply_rankings.NEWEST_LOOKED_AT", newest)
    monkeypatch.setattr("loaders.reply_rankings.SOUGHT_MOST", sought)
    await product.follow(people["kim"], people["lee"])
    await product.post(people["jo"], "jo2 2", replyToId=post)
    found, _ = await page(product, people["kim"], post)
    assert found == ["mira 0", "mira 1", *expected]


async def test_of_those_whom_the_viewer_follows_some_ten_thousand_count(product, conversation, monkeypatch):
    post, _, people = conversation
    monkeypatch.setattr("loaders.reply_rankings.FOLLOWED_MOST", 0)
    monkeypatch.setattr("loaders.reply_rankings.SOUGHT_MOST", -1)  # it is below that number
    assert (await page(product, people["kim"], post))[0] == ["mira 0", "mira 1", "lee 1", "jo2 1", "lee 0", "jo2 0"]


async def test_the_rank_of_a_reply_follows_its_likes(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    reply = await product.post(jo, replyToId=post)
    ranks = []
    for change in (product.like(mira, reply), product.like(jo, reply)):
        await change
        ranks.append(await product.cypher(RANK, id=own_id(reply)))
    await product.run(UNLIKE, jo, input={"postId": reply})
    ranks.append(await product.cypher(RANK, id=own_id(reply)))
    await product.run(UNLIKE, mira, input={"postId": reply})
    assert [*ranks, await product.cypher(RANK, id=own_id(reply))] == [-1, -9, -1, None]
    await product.like(jo, post)
    assert await product.cypher(RANK, id=own_id(post)) is None  # it answers nothing


async def test_each_page_asks_a_known_number_of_times(product, conversation):
    post, _, people = conversation
    trips = product.round_trips
    await page(product, people["kim"], post, 6)
    trips.clear()
    _, after = await page(product, people["kim"], post, 4)
    assert (trips.graph, sorted(map(str, trips.redis))) == (["posts/rank_replies"], ["hold_rankings", "hydrate", "hydrate"])
    trips.clear()
    await page(product, people["kim"], post, 2, after)
    assert trips.graph == []
    tree = "query ($id: ID!) { post(id: $id) { descendants(depth: 2, breadth: 6, order: RELEVANCE) { post { id } } } }"
    for _ in range(2):
        trips.clear()
        await product.run(tree, people["kim"], id=post)
    assert trips.graph == ["posts/rank_replies", "posts/rank_replies"]  # one for each level
