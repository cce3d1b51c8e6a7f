"""Posts that quote posts: who may, what stands in the place of a quoted post for whom, and detaching."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.api.product import POST, own_id
from tests.api.relationships import choose, done

READ = """query ($id: ID!) { post(id: $id) { text quote { state post { id text author { username } quote { state } } } } }"""
QUOTED = """query ($id: ID!, $first: Int = 20, $after: String) { post(id: $id) {
  quoteCount whoMayQuote viewerCanQuote
  quotes(first: $first, after: $after) { totalCount edges { node { id } } pageInfo { hasNextPage endCursor } } } }"""
DETACHED = """query ($id: ID!, $first: Int, $after: String) { post(id: $id) { detachedQuotes(first: $first, after: $after) {
  totalCount edges { node { id quote { state } } } pageInfo { hasNextPage endCursor } } } }"""
NEWEST = "query ($id: ID!, $last: Int!) { post(id: $id) { quotes(last: $last) { edges { node { id } } } } }"
SET = "mutation ($input: SetPostAudienceInput!) { setPostAudience(input: $input) { post { audience whoMayQuote } } }"
DETACH, REATTACH = (
    f"mutation ($input: {name}QuoteInput!) {{ {name.lower()}Quote(input: $input) {{ quoteId quote {{ quote {{ state }} }} }} }}"
    for name in ("Detach", "Reattach")
)
MUTE = "mutation ($input: MuteInput!) { mute(input: $input) { __typename } }"
MUTE_WORD = "mutation ($input: MuteTopicInput!) { muteTopic(input: $input) { __typename } }"
EDGES = "MATCH (p:Post {id: $id})-[edge]->(:Post) RETURN collect(type(edge))"
HOME = "{ homeTimeline { edges { node { id text author { username } likeCount viewerLikes QUOTE } } } }"


async def quote(product, viewer, post, text="Look.", **more):
    return await product.post(viewer, text, quoteOfId=post, **more)


async def state(product, viewer, post):
    """Return what stands in the place of what a post quotes, and the text that is shown there."""
    place = (await product.run(READ, viewer, id=post))["post"]["quote"]
    return place and (place["state"], place["post"] and place["post"]["text"])


async def quoted(product, viewer, post):
    """Return how many quotes are counted, and those that are shown."""
    found = (await product.run(QUOTED, viewer, id=post))["post"]
    assert found["quotes"]["totalCount"] == found["quoteCount"]
    return found["quoteCount"], [edge["node"]["id"] for edge in found["quotes"]["edges"]]


async def detach(product, viewer, post, document=DETACH):
    (payload,) = (await product.run(document, viewer, input={"postId": post})).values()
    return payload["quote"] and payload["quote"]["quote"]["state"]


async def detached(product, viewer, post, first=20):
    """Return the detached quotes that somebody is shown, read page by page."""
    ids, after, more = [], None, True
    while more:
        page = (await product.run(DETACHED, viewer, id=post, first=first, after=after))["post"]["detachedQuotes"]
        assert page["totalCount"] is None
        assert {edge["node"]["quote"]["state"] for edge in page["edges"]} <= {"DETACHED"}
        ids += [edge["node"]["id"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return ids


async def edges_of(product, post) -> Sequence[str]:
    return sorted(await product.cypher(EDGES, id=own_id(post)))


async def test_a_quote_shows_what_it_quotes_and_is_counted_and_listed_there(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira, "The original.")
    one, two = await quote(product, jo, post), await quote(product, mira, post)
    assert await state(product, None, one) == ("SHOWN", "The original.")
    assert await state(product, None, post) is None
    assert await quoted(product, None, post) == (2, [two, one])
    newest_last = (await product.run(NEWEST, id=post, last=1))["post"]["quotes"]["edges"]
    assert [edge["node"]["id"] for edge in newest_last] == [one]
    of_quote = await quote(product, jo, one, "A quote of a quote.")
    found = (await product.run(READ, None, id=of_quote))["post"]["quote"]
    assert (found["post"]["id"], found["post"]["quote"]["state"]) == (one, "SHOWN")
    answer = await quote(product, mira, post, replyToId=one)
    assert await edges_of(product, answer) == ["QUOTES", "REPLIES_TO"]


async def test_who_may_quote_is_told_and_held(product):
    author, follower, stranger = await product.people("author", "follower", "stranger")
    await product.follow(follower, author)
    cases = [
        ({}, ("follower", "stranger")), ({"quotes": "FOLLOWERS"}, ("follower",)), ({"quotes": "NOBODY"}, ()),
        ({"audience": "FOLLOWERS"}, ()), ({"audience": "MENTIONED"}, ()),
    ]
    for given, who in cases:
        post = await product.post(author, **given)
        for viewer, name in ((author, "author"), (follower, "follower"), (stranger, "stranger"), (None, None)):
            told, may = (await product.run(QUOTED, viewer, id=post))["post"], name == "author" or name in who
            seen = told is not None
            assert (seen and told["viewerCanQuote"]) == may
            answer = await product.ask(POST, viewer, input={"text": "Look.", "quoteOfId": post})
            refusal = "UNAUTHENTICATED" if viewer is None else "FORBIDDEN" if seen else "NOT_FOUND"
            assert answer.code == (None if may else refusal), (given, name)
    post = await product.post(author)
    await choose(product, author, private=True)
    assert (await product.ask(POST, follower, input={"text": "Look.", "quoteOfId": post})).code == "FORBIDDEN"
    assert (await product.ask(POST, stranger, input={"text": "Look.", "quoteOfId": post})).code == "NOT_FOUND"
    assert await quote(product, author, post)


async def test_new_posts_may_be_quoted_as_their_author_chose_and_that_can_be_changed(product):
    mira, jo = await product.people("mira", "jo2")
    await choose(product, mira, defaultQuotes="NOBODY")
    usual, other = await product.post(mira), await product.post(mira, quotes="FOLLOWERS")
    found = [(await product.run(QUOTED, mira, id=each))["post"]["whoMayQuote"] for each in (usual, other)]
    assert found == ["NOBODY", "FOLLOWERS"]
    changed = (await product.run(SET, mira, input={"postId": usual, "quotes": "EVERYONE"}))["setPostAudience"]["post"]
    assert changed == {"audience": "PUBLIC", "whoMayQuote": "EVERYONE"}
    kept = await quote(product, jo, usual)
    await product.run(SET, mira, input={"postId": usual, "quotes": "NOBODY"})
    assert (await product.ask(POST, jo, input={"text": "Again.", "quoteOfId": usual})).code == "FORBIDDEN"
    assert await state(product, jo, kept) == ("SHOWN", "Hello.")


async def test_whatever_may_not_be_seen_looks_alike_in_a_quote_but_to_who_deleted_it(product):
    mira, jo, fan, kim = await product.people("mira", "jo2", "fan", "kim")
    await product.follow(fan, mira)
    blocked, narrowed, deleted = [await product.post(author, "Secret.") for author in (kim, mira, mira)]
    quotes = [await quote(product, jo, post) for post in (blocked, narrowed, deleted)]
    assert {await state(product, fan, each) for each in quotes} == {("SHOWN", "Secret.")}
    await done(product, "block", kim, fan)
    await product.hide(mira, narrowed)
    await product.delete(mira, deleted)
    shown, hidden = ("SHOWN", "Secret."), ("HIDDEN", None)
    assert [await state(product, fan, each) for each in quotes] == [hidden, shown, hidden]
    assert [await state(product, jo, each) for each in quotes] == [shown, hidden, hidden]
    assert [await state(product, mira, each) for each in quotes] == [shown, shown, ("DELETED", None)]
    await product.suspend(kim)
    assert [await state(product, None, each) for each in quotes] == [hidden] * 3
    whole = (await product.ask(READ, None, id=quotes[2])).data
    assert own_id(deleted) not in str(whole) and deleted not in str(whole)


async def test_what_the_viewer_mutes_is_behind_a_click(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    by_mira, of_rain = await product.post(mira, "Sun."), await product.post(kim, "So much #rain here.")
    quotes = [await quote(product, jo, by_mira), await quote(product, jo, of_rain)]
    await product.run(MUTE, kim, input={"userId": mira.id})
    await product.run(MUTE_WORD, jo, input={"kind": "HASHTAG", "value": "rain"})
    assert [await state(product, jo, each) for each in quotes] == [("SHOWN", "Sun."), ("MUTED", "So much #rain here.")]
    assert [await state(product, kim, each) for each in quotes] == [("MUTED", "Sun."), ("SHOWN", "So much #rain here.")]
    await product.run(MUTE_WORD, kim, input={"kind": "WORD", "value": "rain"})
    assert await state(product, kim, quotes[1]) == ("SHOWN", "So much #rain here.")  # her own


async def test_a_detached_quote_shows_nothing_to_anybody_until_it_is_reattached(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira, "The original.")
    one, two = await quote(product, jo, post), await quote(product, jo, post, audience="MENTIONED")
    for _ in range(2):  # warm, and twice is as good as once
        assert await detach(product, mira, one) == "DETACHED"
        assert {await state(product, viewer, one) for viewer in (mira, jo, None)} == {("DETACHED", None)}
        assert await quoted(product, jo, post) == (0, [two])
    assert await detach(product, mira, two) is None  # she may not see it
    assert await quoted(product, jo, post) == (0, [])
    assert [await edges_of(product, each) for each in (one, two)] == [["DETACHED_QUOTE"]] * 2
    for _ in range(2):
        assert await detach(product, mira, one, REATTACH) == "SHOWN"
        assert await quoted(product, jo, post) == (1, [one])
    await detach(product, mira, two, REATTACH)
    assert [await edges_of(product, each) for each in (one, two)] == [["QUOTES"], ["RESTRICTED_QUOTE"]]
    types = [each for each in await product.event_types() if each.startswith("post.quote")]
    assert types == ["post.quote_detached"] * 2 + ["post.quote_reattached"] * 2


async def test_only_the_author_of_what_is_quoted_detaches_also_from_who_blocks_them(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    post = await product.post(mira)
    one, plain = await quote(product, jo, post), await product.post(jo)
    for viewer, target in ((jo, one), (kim, one), (mira, plain), (mira, post)):
        for document in (DETACH, REATTACH):
            assert (await product.ask(document, viewer, input={"postId": target})).code == "NOT_FOUND"
    assert (await product.ask(DETACH, None, input={"postId": one})).code == "UNAUTHENTICATED"
    await done(product, "block", jo, mira)
    assert await detach(product, mira, one) is None
    assert await state(product, kim, one) == ("DETACHED", None)
    await product.delete(jo, one)
    assert (await product.ask(REATTACH, mira, input={"postId": one})).code == "NOT_FOUND"


async def test_edges_and_counts_follow_the_audience_and_the_end_of_a_quote(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    one, closed = await quote(product, jo, post), await quote(product, jo, post, audience="FOLLOWERS")
    assert await quoted(product, mira, post) == (1, [one])
    assert await quoted(product, jo, post) == (1, [closed, one])
    await product.hide(jo, one)
    await product.run(SET, jo, input={"postId": closed, "audience": "PUBLIC"})
    assert await quoted(product, mira, post) == (1, [closed])
    assert [await edges_of(product, each) for each in (one, closed)] == [["RESTRICTED_QUOTE"], ["QUOTES"]]
    await detach(product, mira, closed)
    for each in (one, closed):
        await product.delete(jo, each)
        assert await edges_of(product, each) == ["DELETED_QUOTE"]
    assert await quoted(product, jo, post) == (0, [])


async def test_whatever_happens_to_a_quote_at_once_leaves_the_edge_that_it_should_have(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    for _ in range(3):
        one = await quote(product, jo, post)
        changes = [product.ask(DETACH, mira, input={"postId": one}), product.ask(REATTACH, mira, input={"postId": one})]
        audiences = ("FOLLOWERS", "PUBLIC", "FOLLOWERS")
        changes += [product.ask(SET, jo, input={"postId": one, "audience": each}) for each in audiences]
        assert {answer.code for answer in await asyncio.gather(*changes)} == {None}
        (edge,) = await edges_of(product, one)
        detached = await state(product, jo, one) == ("DETACHED", None)
        audience = await product.cypher("MATCH (p:Post {id: $id}) RETURN p.audience", id=own_id(one))
        assert edge == ("DETACHED_QUOTE" if detached else "QUOTES" if audience == "PUBLIC" else "RESTRICTED_QUOTE")
        assert (await quoted(product, mira, post))[0] == await product.cypher("MATCH (:Post)-[q:QUOTES]->() RETURN count(q)")


async def test_a_page_of_quotes_is_full_and_shows_what_the_viewer_may_see(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    post = await product.post(mira)
    made = [await quote(product, author, post) for _ in range(3) for author in (mira, jo, kim)]
    await done(product, "block", kim, jo)
    shown = [each for at, each in enumerate(made) if at % 3 != 2][::-1]
    found, after, more = [], None, True
    while more:
        page = (await product.run(QUOTED, jo, id=post, first=2, after=after))["post"]["quotes"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert found == shown
    assert (await product.ask(QUOTED, kim, id=post, after=after)).refusal == ("INVALID_INPUT", "after")


@pytest.mark.parametrize(
    ("select", "trips"), [("", ["home_page"]), ("quote { state post { id likeCount } }", ["home_page", "hydrate"])]
)
async def test_quotes_on_a_warm_home_page_are_one_round_trip_where_they_are_selected(product, select, trips):
    mira, jo = await product.people("mira", "jo2")
    for each in range(4):
        await quote(product, jo, await product.post(mira, f"Original {each}."))
    document = HOME.replace("QUOTE", select)
    await product.run(document, jo)
    await product.run(document, jo)
    product.round_trips.clear()
    found = (await product.run(document, jo))["homeTimeline"]["edges"]
    assert len(found) == 4
    assert (product.round_trips.graph, product.round_trips.redis) == ([], trips)


async def test_the_author_alone_finds_what_they_detached_and_pages_of_it_join(product):
    mira, jo, kim, lee = await product.people("mira", "jo2", "kim", "lee")
    post = await product.post(mira)
    made = [await quote(product, author, post) for author in (jo, kim, lee, mira, jo, jo)]
    assert await detached(product, mira, post) == []
    for each in made[:5]:
        await detach(product, mira, each)
    assert await detached(product, mira, post, first=2) == made[4::-1]
    for viewer in (jo, None):
        assert await detached(product, viewer, post) == []
    await detach(product, mira, made[3], REATTACH)
    await product.delete(jo, made[4])
    await done(product, "block", lee, mira)
    await product.run(SET, kim, input={"postId": made[1], "audience": "MENTIONED"})
    assert await detached(product, mira, post, first=1) == [made[0]]
    await detach(product, mira, made[1], REATTACH)
    await product.run(SET, kim, input={"postId": made[1], "audience": "PUBLIC"})
    assert await detached(product, mira, post) == [made[0]]
    assert await quoted(product, mira, post) == (3, [made[5], made[3], made[1]])
    found = (await product.run(DETACHED, mira, id=post, first=1))["post"]["detachedQuotes"]
    assert (await product.ask(QUOTED, mira, id=post, after=found["pageInfo"]["endCursor"])).refusal == ("INVALID_INPUT", "after")


async def test_each_operation_asks_a_known_number_of_times(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    one = await quote(product, jo, post)
    await quoted(product, jo, post)
    product.round_trips.clear()
    await product.run("query ($id: ID!) { post(id: $id) { quotes { edges { node { id } } } } }", jo, id=post)
    assert (product.round_trips.graph, product.round_trips.redis) == ([], ["hydrate", "list_posts"])
    product.round_trips.clear()
    await product.run(DETACH.replace("quote { quote { state } }", ""), mira, input={"postId": one})
    assert product.round_trips.graph == ["posts/detach_quote", "relationships/of_viewers"]
    product.round_trips.clear()
    await product.run(DETACH.replace("quote { quote { state } }", ""), mira, input={"postId": one})
    assert (product.round_trips.graph, product.round_trips.redis) == (["posts/detach_quote"], ["invalidate", "hydrate_users"])
    document = "query ($id: ID!) { post(id: $id) { detachedQuotes { edges { node { id } } } } }"
    for viewer, statements in ((mira, ["posts/detached_quotes"]), (jo, [])):
        for _ in range(2):
            product.round_trips.clear()
            await product.run(document, viewer, id=post)
        assert product.round_trips.graph == statements
        assert product.round_trips.redis == ["hydrate"] * (1 + len(statements))
    product.round_trips.clear()
    await quote(product, jo, post)
    assert product.round_trips.graph == ["posts/create"]
