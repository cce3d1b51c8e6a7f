"""Pages: how long, where they go on, and that nothing is on two of them or on none."""

import json
import random
import re
from base64 import b64encode
from itertools import chain

import pytest

from feeds.cursors import SIGNATURE
from graph.ids import new_id
from tests.api.product import FOLLOW, own_id
from tests.api.relationships import choose
from tests.worlds.walking import walk

PAGES = {
    "homeTimeline": "homeTimeline({}) {{ pageInfo {{ endCursor }} }}",
    "followers": 'user(username: "mira") {{ followers({}) {{ pageInfo {{ endCursor }} }} }}',
    "following": 'user(username: "mira") {{ following({}) {{ pageInfo {{ endCursor }} }} }}',
    "followersYouKnow": 'user(username: "mira") {{ followersYouKnow({}) {{ pageInfo {{ endCursor }} }} }}',
    "posts": 'user(username: "mira") {{ posts({}) {{ pageInfo {{ endCursor }} }} }}',
    "replies": """user(username: "mira") {{ posts(first: 1) {{ edges {{ node {{
      replies({}) {{ pageInfo {{ endCursor }} }} }} }} }} }}""",
}


def cursor(*place):
    """Make a cursor up: a place of the list, and a signature that nobody made."""
    return b64encode(bytes(SIGNATURE) + json.dumps(place).encode()).decode()


HOSTILE = {
    "empty": "", "no base64": "!", "no json": "bm9uc2Vuc2U=", "not ascii": "\u00e9", "an object": b64encode(b"{}").decode(),
    "deep": b64encode(b"[" * 5_000).decode(), "nothing": cursor(), "a post": cursor(new_id()), "a time": cursor(1, 1),
    "a key": cursor(1), "large": "A" * 100_000,
}


@pytest.fixture
async def mira(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await product.post(jo, "Indeed.", replyToId=post)
    await product.follow(mira, jo)
    await product.follow(jo, mira)
    return mira


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_has_from_one_to_a_hundred_items(product, mira, page):
    for first in (0, -1, 101, 2**31 - 1):
        assert (await product.ask(f"{{ {PAGES[page].format(f'first: {first}')} }}", mira)).refusal == ("INVALID_INPUT", "first")
    for first in (1, 100):
        await product.run(f"{{ {PAGES[page].format(f'first: {first}')} }}", mira)


@pytest.mark.parametrize("page", PAGES)
async def test_no_length_and_null_are_the_default(product, mira, page):
    document = f"query ($first: Int) {{ {PAGES[page].format('first: $first')} }}"
    usual = await product.run(document, mira)
    assert await product.run(document, mira, first=None) == usual
    assert await product.run(f"{{ {PAGES[page].format('first: null')} }}", mira) == usual


async def test_a_page_of_null_items_has_twenty(product):
    await crowd(product, 25, 1_000)
    document = 'query ($first: Int) { user(username: "mira") { followers(first: $first) { edges { cursor } } } }'
    for given in ({}, {"first": None}):
        assert len((await product.run(document, **given))["user"]["followers"]["edges"]) == 20


BOTH_ENDS = {
    "followers": 'user(username: "mira") {{ followers({}) {{ pageInfo {{ endCursor }} }} }}',
    "following": 'user(username: "mira") {{ following({}) {{ pageInfo {{ endCursor }} }} }}',
    "posts": 'user(username: "mira") {{ posts({}) {{ pageInfo {{ endCursor }} }} }}',
    "bookmarks": "bookmarks({}) {{ pageInfo {{ endCursor }} }}",
}


@pytest.mark.parametrize("page", BOTH_ENDS)
async def test_first_and_last_together_are_bad_input_and_null_is_neither(product, mira, page):
    document = f"query ($first: Int, $last: Int) {{ {BOTH_ENDS[page].format('first: $first, last: $last')} }}"
    for first in (1, 20):
        assert (await product.ask(document, mira, first=first, last=2)).refusal == ("INVALID_INPUT", "last")
    for given in ({"first": None, "last": 2}, {"first": 2, "last": None}, {"first": None, "last": None}, {"last": 2}):
        await product.run(document, mira, **given)
    for last in (0, 101):
        assert (await product.ask(document, mira, last=last)).refusal == ("INVALID_INPUT", "last")
    made_up = f"{{ {BOTH_ENDS[page].format('last: 1, before: ' + json.dumps(cursor(1, 1)))} }}"
    assert (await product.ask(made_up, mira)).refusal == ("INVALID_INPUT", "before")


TOTALS = """query ($name: String!) { user(username: $name) {
  followers(first: 1) { totalCount edges { node { id } } } following(first: 1) { totalCount }
  posts(first: 1) { totalCount } all: posts(first: 1, includeReplies: true) { totalCount }
  followersYouKnow { totalCount } } }"""


async def totals(product, viewer, of):
    found = (await product.run(TOTALS, viewer, name=of))["user"]
    return [found[name]["totalCount"] for name in ("followers", "following", "all")]


async def test_a_connection_tells_its_total_where_it_is_counted(product, mira):
    jo = await product.sign_up("kim")
    post = await product.post(mira, "Two.")
    await product.post(jo, "Indeed.", replyToId=post)
    await product.follow(jo, mira)
    assert await totals(product, jo, "mira") == [2, 1, 2]
    found = (await product.run(TOTALS, jo, name="mira"))["user"]
    assert (found["posts"]["totalCount"], found["followersYouKnow"]["totalCount"]) == (None, None)
    replies = "query ($id: ID!) { post(id: $id) { replies { totalCount edges { node { id } } } } }"
    assert (await product.run(replies, id=post))["post"]["replies"]["totalCount"] == 1
    assert (await product.run("{ homeTimeline { totalCount } }", jo))["homeTimeline"]["totalCount"] is None


async def test_a_total_is_null_where_its_count_is_hidden(product, mira):
    kim = await product.sign_up("kim")
    await choose(product, mira, hideFollowers=True)
    assert await totals(product, kim, "mira") == [1, 1, 1]
    await choose(product, mira, hideCounts=True)
    assert await totals(product, kim, "mira") == [None, 1, 1]
    await choose(product, mira, private=True)
    assert await totals(product, kim, "mira") == [None, 1, None]
    assert await totals(product, mira, "mira") == [1, 1, 1]


async def test_a_total_costs_no_statement_where_the_count_is_cached_and_nothing_where_it_is_not_asked_for(product, mira):
    text = 'query {{ user(username: "mira") {{ followerCount followers {{ {} edges {{ node {{ id }} }} }} }} }}'
    asked = []
    for fields in ("totalCount", "totalCount", "", "totalCount"):
        product.round_trips.clear()
        await product.run(text.format(fields), mira)
        asked.append(list(product.round_trips.graph))
    assert asked[2] == asked[3] == []
    await product.forget_caches()
    product.round_trips.clear()
    await product.run(text.replace("followerCount ", "").format(""), mira)
    assert "users/counts" not in product.round_trips.graph


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_hostile_cursor_is_bad_input_of_every_page(product, mira, hostile):
    for page, text in PAGES.items():
        document = f"query ($after: String) {{ {text.format('after: $after')} }}"
        assert (await product.ask(document, mira, after=HOSTILE[hostile])).refusal == ("INVALID_INPUT", "after"), page


def end_of(found):
    """Return the one cursor in an answer."""
    (end,) = re.findall('"endCursor": "([^"]+)"', json.dumps(found))
    return end


async def test_a_cursor_of_another_kind_of_page_is_bad_input(product, mira):
    at = {page: end_of(await product.run(f"{{ {text.format('first: 1')} }}", mira)) for page, text in PAGES.items()}
    for of, after in at.items():
        for page, text in PAGES.items():
            answer = await product.ask(f"query ($after: String) {{ {text.format('after: $after')} }}", mira, after=after)
            assert answer.refusal == ((None, None) if page == of else ("INVALID_INPUT", "after")), (of, page)


async def test_a_cursor_is_good_for_the_viewer_who_was_given_it_alone(product, mira):
    jo = await product.sign_up("kim")
    text = f"query ($after: String) {{ {PAGES['followers'].format('first: 1, after: $after')} }}"
    after = end_of(await product.run(text, mira))
    assert (await product.ask(text, mira, after=after)).refusal == (None, None)
    for viewer in (jo, None):
        assert (await product.ask(text, viewer, after=after)).refusal == ("INVALID_INPUT", "after")


async def test_a_null_cursor_begins_at_the_beginning(product, mira):
    document = "query ($after: String) { homeTimeline(after: $after) { edges { node { text } } pageInfo { hasPreviousPage } } }"
    page = (await product.run(document, mira, after=None))["homeTimeline"]
    assert page == {"edges": [{"node": {"text": "Hello."}}], "pageInfo": {"hasPreviousPage": False}}


async def walk_connection(product, field, size, viewer=None, username="mira"):
    """Read a connection of a person page by page; return what is on each."""
    document = f"""query ($name: String!, $first: Int!, $after: String) {{ user(username: $name) {{ {field} {{
      edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
    }} }} }}"""
    name = field.partition("(")[0]

    async def read(after):
        found = (await product.run(document, viewer, name=username, first=size, after=after))["user"][name]
        info, edges = found["pageInfo"], found["edges"]
        assert info["hasPreviousPage"] == (after is not None)
        if edges:
            assert (info["startCursor"], info["endCursor"]) == (edges[0]["cursor"], edges[-1]["cursor"])
        return [own_id(edge["node"]["id"]) for edge in edges], info["endCursor"] if info["hasNextPage"] else None

    return await walk(read)


async def crowd(product, count, moments):
    """Make people of whom all follow mira and are followed by her, at moments with many ties; newest first, ties by key."""
    await product.sign_up("mira")
    chance = random.Random(count)
    rows = [[new_id(), 1_000 + each, chance.randrange(moments), chance.randrange(moments)] for each in range(count)]
    await product.cypher(
        """MATCH (m:User {usernameKey: 'mira'})
        UNWIND $rows AS row
        CREATE (u:User {id: row[0], key: row[1], username: 'u' + row[1], usernameKey: 'u' + row[1], displayName: 'U', bio: '',
          private: false, discoverable: true, state: 'ACTIVE', createdAt: 0})
        CREATE (u)-[:FOLLOWS {at: row[2], follower: u.key, followed: m.key}]->(m)
        CREATE (m)-[:FOLLOWS {at: row[3], follower: m.key, followed: u.key}]->(u)
        RETURN count(*)""",
        rows=rows,
    )
    return rows


def newest_first(rows, column):
    """Return ids by the moment in a column, ties by key."""
    moments = sorted(((row[column], row[1], row[0]) for row in rows), reverse=True)
    return [id_ for _, _, id_ in moments]


@pytest.mark.parametrize(("count", "moments", "size"), [(57, 3, 7), (40, 1, 20), (310, 1_000, 100), (23, 5, 1)])
async def test_pages_of_people_equal_brute_force_over_ties_and_at_depth(product, count, moments, size):
    rows = await crowd(product, count, moments)
    for field, column in (("followers", 2), ("following", 3)):
        truth = newest_first(rows, column)
        pages = await walk_connection(product, f"{field}(first: $first, after: $after)", size)
        assert [id_ for page in pages for id_ in page] == truth
        assert all(len(page) == size for page in pages[:-1])


async def test_people_who_come_during_a_walk_shift_nothing(product):
    rows = await crowd(product, 30, 4)
    (first, *_), ends = await walk_connection(product, "followers(first: $first, after: $after)", 10), []
    document = """query ($after: String) { user(username: "mira") { id followers(first: 10, after: $after) {
      edges { node { id } } pageInfo { endCursor hasNextPage } } } }"""
    user = (await product.run(document))["user"]
    await product.run(FOLLOW, await product.sign_up("lee"), input={"userId": user["id"]})
    while user["followers"]["pageInfo"]["hasNextPage"]:
        user = (await product.run(document, after=user["followers"]["pageInfo"]["endCursor"]))["user"]
        ends += [own_id(edge["node"]["id"]) for edge in user["followers"]["edges"]]
    assert first + ends == newest_first(rows, 2)


async def test_people_who_are_suspended_are_on_no_page(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    for each in (jo, kim):
        await product.follow(each, mira)
        await product.follow(mira, each)
    await product.suspend(kim)
    for field in ("followers", "following"):
        assert await walk_connection(product, f"{field}(first: $first, after: $after)", 1) == [[jo.own_id]]


async def test_posts_of_a_person_are_walked_once_each(product):
    mira, jo = await product.people("mira", "jo2")
    posts = [await product.post(mira, f"Post {each}.") for each in range(9)]
    answer = await product.post(mira, "Thread.", replyToId=posts[0])
    theirs = await product.post(jo, "Mine.")
    reply = await product.post(mira, "To you.", replyToId=theirs)
    await product.delete(mira, posts[4])
    left = [own_id(post) for post in [*posts[:4], *posts[5:], answer]][::-1]
    for size in (1, 4, 9, 100):
        assert [*chain(*await walk_connection(product, "posts(first: $first, after: $after)", size))] == left
    pages = await walk_connection(product, "posts(first: $first, after: $after, includeReplies: true)", 4)
    assert [*chain(*pages)] == [own_id(reply), *left]
