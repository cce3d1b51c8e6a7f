"""Replies that the author of what they answer hides behind a click."""

import asyncio

from tests.api.product import own_id
from tests.api.relationships import done

HIDE, SHOW = (
    f"mutation ($input: {name}ReplyInput!) {{ {name.lower()}Reply(input: $input) {{ replyId reply {{ replyHidden }} }} }}"
    for name in ("Hide", "Show")
)
PAGE = "edges { node { id } } totalCount pageInfo { hasNextPage endCursor }"
READ = f"""query ($id: ID!, $first: Int = 20, $after: String) {{ post(id: $id) {{
  replyCount hiddenReplyCount replies {{ {PAGE} }} hiddenReplies(first: $first, after: $after) {{ {PAGE} }}
  descendants(depth: 5, limit: 50) {{ post {{ id }} }} }} }}"""
ALONE = """query ($id: ID!) { post(id: $id) {
  text replyHidden viewerCanHide replyTo { id } ancestors { id } replies { edges { node { id } } } } }"""
SET = "mutation ($input: SetPostAudienceInput!) { setPostAudience(input: $input) { post { audience } } }"
EDGE = "MATCH (p:Post {id: $id})-[edge]->(:Post) RETURN type(edge)"


async def change(product, document, viewer, reply):
    (payload,) = (await product.run(document, viewer, input={"postId": reply})).values()
    assert payload["replyId"] == reply
    return payload["reply"] and payload["reply"]["replyHidden"]


async def read(product, viewer, post):
    """Return counts and ids: of replies, of hidden ones, and of the tree."""
    found = (await product.run(READ, viewer, id=post))["post"]
    assert found["replies"]["totalCount"] == found["replyCount"]
    assert found["hiddenReplies"]["totalCount"] == found["hiddenReplyCount"]
    ids = [[edge["node"]["id"] for edge in found[name]["edges"]] for name in ("replies", "hiddenReplies")]
    return (found["replyCount"], found["hiddenReplyCount"]), *ids, [each["post"]["id"] for each in found["descendants"]]


async def edge_of(product, reply):
    return await product.cypher(EDGE, id=own_id(reply))


async def test_a_hidden_reply_is_on_a_page_of_its_own_with_what_is_below_it_and_can_be_shown_again(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    post = await product.post(mira)
    one, two = [await product.post(each, replyToId=post) for each in (jo, kim)]
    below = await product.post(kim, replyToId=one)
    assert await read(product, kim, post) == ((2, 0), [one, two], [], [one, below, two])
    for _ in range(2):  # twice is as good as once
        assert await change(product, HIDE, mira, one) is True
        for viewer in (mira, jo, None):
            assert await read(product, viewer, post) == ((1, 1), [two], [one], [two])
    alone = (await product.run(ALONE, jo, id=one))["post"]
    assert (alone["text"], alone["replyHidden"], alone["replyTo"]["id"]) == ("Hello.", True, post)
    assert [edge["node"]["id"] for edge in alone["replies"]["edges"]] == [below]
    assert [each["id"] for each in (await product.run(ALONE, None, id=below))["post"]["ancestors"]] == [post, one]
    for _ in range(2):
        assert await change(product, SHOW, mira, one) is False
        assert await read(product, kim, post) == ((2, 0), [one, two], [], [one, below, two])
    types = [each for each in await product.event_types() if each.startswith("post.reply")]
    assert types == ["post.reply_hidden", "post.reply_shown"]


async def test_only_the_author_of_what_is_answered_hides_a_reply_also_of_who_blocks_them(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    post = await product.post(mira)
    one = await product.post(jo, replyToId=post)
    below = await product.post(kim, replyToId=one)
    for viewer, reply in ((jo, one), (kim, one), (mira, below), (mira, post)):
        assert (await product.run(ALONE, viewer, id=reply))["post"]["viewerCanHide"] is False
        for document in (HIDE, SHOW):
            assert (await product.ask(document, viewer, input={"postId": reply})).code == "NOT_FOUND"
    assert (await product.run(ALONE, None, id=one))["post"]["viewerCanHide"] is False
    assert (await product.ask(HIDE, None, input={"postId": one})).code == "UNAUTHENTICATED"
    assert (await product.run(ALONE, mira, id=one))["post"]["viewerCanHide"] is True
    assert await change(product, HIDE, jo, below) is True
    await done(product, "block", jo, mira)
    assert await change(product, HIDE, mira, one) is None
    assert (await product.run(ALONE, kim, id=one))["post"]["replyHidden"] is True


async def test_who_may_not_see_what_is_answered_learns_nothing_of_its_author(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    post = await product.post(mira)
    one = await product.post(jo, replyToId=post)
    await change(product, HIDE, mira, one)
    await done(product, "block", mira, kim)
    seen = (await product.run(ALONE, kim, id=one))["post"]
    assert (seen["text"], seen["replyHidden"], seen["replyTo"]) == ("Hello.", False, None)


async def test_edges_and_counts_follow_whatever_happens_to_a_reply_at_once(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    for _ in range(3):
        one = await product.post(jo, replyToId=post)
        changes = [product.ask(each, mira, input={"postId": one}) for each in (HIDE, SHOW, HIDE)]
        changes += [product.ask(SET, jo, input={"postId": one, "audience": each}) for each in ("FOLLOWERS", "PUBLIC")]
        assert {answer.code for answer in await asyncio.gather(*changes)} == {None}
        hidden = (await product.run(ALONE, jo, id=one))["post"]["replyHidden"]
        audience = await product.cypher("MATCH (p:Post {id: $id}) RETURN p.audience", id=own_id(one))
        expected = "RESTRICTED_REPLY" if audience != "PUBLIC" else "HIDDEN_REPLY" if hidden else "REPLIES_TO"
        assert await edge_of(product, one) == expected
        degrees = "MATCH (p:Post {id: $id}) RETURN [COUNT { (p)<-[:REPLIES_TO]-() }, COUNT { (p)<-[:HIDDEN_REPLY]-() }]"
        assert [*(await read(product, mira, post))[0]] == await product.cypher(degrees, id=own_id(post))
    await change(product, HIDE, mira, one)
    await product.delete(jo, one)
    assert await edge_of(product, one) == "DELETED_REPLY"
    assert one not in (await read(product, mira, post))[2]


async def test_pages_of_hidden_replies_join_and_show_what_the_viewer_may_see(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    post = await product.post(mira)
    made = [await product.post(each, replyToId=post) for _ in range(3) for each in (jo, kim)]
    for each in made[:5]:
        await change(product, HIDE, mira, each)
    await done(product, "block", kim, jo)
    found, after, more = [], None, True
    while more:
        page = (await product.run(READ, jo, id=post, first=2, after=after))["post"]["hiddenReplies"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert found == made[0:5:2]


async def test_each_operation_asks_a_known_number_of_times(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    one = await product.post(jo, replyToId=post)
    hide = "mutation ($input: HideReplyInput!) { hideReply(input: $input) { replyId } }"
    product.round_trips.clear()
    await product.run(hide, mira, input={"postId": one})
    read = ["relationships/of_viewers", "users/by_id"]
    assert sorted(product.round_trips.graph) == sorted(["posts/set_reply_hidden", *read])
    product.round_trips.clear()
    await product.run(hide, mira, input={"postId": one})
    assert product.round_trips.graph == ["posts/set_reply_hidden"]
    assert product.round_trips.redis == ["invalidate", "hydrate_users"]
    hidden = "query ($id: ID!) { post(id: $id) { hiddenReplies { edges { node { id replyHidden viewerCanHide } } } } }"
    await product.run(hidden, mira, id=post)
    product.round_trips.clear()
    await product.run(hidden, mira, id=post)
    assert (product.round_trips.graph, product.round_trips.redis) == (["posts/hidden_replies"], ["hydrate", "hydrate"])
