"""Writing, answering and deleting posts."""

import asyncio
import re
from typing import Any

import pytest

from graph.ids import milliseconds_of, new_id
from resolvers.global_ids import encode
from tests.api.product import DELETE, POST, own_id

READ = """
query ($id: ID!) { post(id: $id) {
  id text lang audience createdAt viewerLikes media { id } author { username } likeCount replyCount
  replyTo { id } threadRoot { id } replies { edges { node { id } } }
  mentions { username start end user { username } } hashtags { name start end } links { url start end }
} }
"""


async def read(product, post, viewer=None):
    return (await product.run(READ, viewer, id=post))["post"]


def ids(page):
    return [edge["node"]["id"] for edge in page["edges"]]


async def test_a_post_is_as_it_was_written(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira, "  Hello,\r\nworld. ", lang="en-GB")
    found = await read(product, post)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found.pop("createdAt"))
    assert found == {
        "id": post, "text": "Hello,\nworld.", "lang": "en-GB", "audience": "PUBLIC", "viewerLikes": False, "media": [],
        "author": {"username": "mira"}, "likeCount": 0, "replyCount": 0, "replyTo": None, "threadRoot": None,
        "replies": {"edges": []}, "mentions": [], "hashtags": [], "links": [],
    }


async def test_a_post_carries_the_moment_that_its_id_tells(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira)
    created = await product.cypher("MATCH (p:Post {id: $id}) RETURN p.createdAt", id=own_id(post))
    assert created == milliseconds_of(own_id(post))


async def test_what_is_found_in_a_text_is_told_with_its_place(product):
    mira, _jo = await product.people("mira", "Jo2")
    found = await read(product, await product.post(mira, "\U0001f44b @jo2 @nobody #Sky https://x.org."))
    assert {name: found[name] for name in ("mentions", "hashtags", "links")} == {
        "mentions": [
            {"username": "jo2", "start": 3, "end": 7, "user": {"username": "Jo2"}},
            {"username": "nobody", "start": 8, "end": 15, "user": None},
        ],
        "hashtags": [{"name": "sky", "start": 16, "end": 20}],
        "links": [{"url": "https://x.org", "start": 21, "end": 34}],
    }


async def test_somebody_who_joins_later_was_not_mentioned(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira, "Hello @jo2.")
    await product.sign_up("jo2")
    assert (await read(product, post))["mentions"][0]["user"] is None


async def test_who_names_themselves_is_linked_and_not_told_of_it(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira, "I, @mira, and @jo2.")
    assert [each["user"]["username"] for each in (await read(product, post))["mentions"]] == ["mira", "jo2"]
    mentioned = await product.cypher("MATCH (:Post {id: $id})-[:MENTIONS]->(u) RETURN collect(u.id)", id=own_id(post))
    assert mentioned == [jo.own_id]


async def test_a_hashtag_is_one_thing_however_it_is_written(product):
    mira = await product.sign_up("mira")
    for text in ("#Sky #sky", "#SKY"):
        await product.post(mira, text)
    assert await product.cypher("MATCH (h:Hashtag)<-[t:TAGGED]-() RETURN collect(h.name)") == ["sky", "sky"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": ""}, "text"), ({"text": " \n "}, "text"), ({"text": "\u200b\u200d"}, "text"),
        ({"text": "a" * 501}, "text"),
        ({"text": "a\x00b"}, "text"), ({"text": "\u202eabc"}, "text"),
        ({"text": " ".join(f"#t{each}" for each in range(31))}, "text"),
        ({"text": " ".join(f"@name{each}" for each in range(21))}, "text"),
        ({"text": "a", "lang": "english"}, "lang"), ({"text": "a", "lang": "en\n"}, "lang"),
        ({"text": "a", "lang": "en" + "-abcdefgh" * 4}, "lang"), ({"text": "a", "lang": ""}, "lang"),
        ({"text": "a", "replyToId": "nonsense"}, "replyToId"),
        ({"text": "a", "replyToId": encode("User", new_id())}, "replyToId"),
        ({"text": "a", "mediaIds": ["nonsense"]}, "mediaIds"),
        ({"text": "a", "mediaIds": [encode("Post", new_id())]}, "mediaIds"),
        ({"text": "a", "mediaIds": [encode("Picture", new_id())]}, "mediaIds"),
        ({"text": "a", "mediaIds": [encode("Picture", new_id()) for _ in range(5)]}, "mediaIds"),
        ({"text": "a", "mediaIds": [encode("Picture", "01890a5d-ac96-774b-bcce-b302099a8057")] * 2}, "mediaIds"),
    ],
)
async def test_bad_input_of_a_post_names_its_field(product, given, field):
    mira = await product.sign_up("mira")
    assert (await product.ask(POST, mira, input=given)).refusal == ("INVALID_INPUT", field)


@pytest.mark.parametrize(
    "text",
    ["a" * 500, "\U0001f600" * 500, "\U0001f469\u200d\U0001f469\u200d\U0001f467", "שלום\u200f!", "می\u200cخواهم",
     " ".join(f"#t{each}" for each in range(30)), " ".join(f"@name{each}" for each in range(20))],
)
async def test_texts_of_every_script_are_taken(product, text):
    mira = await product.sign_up("mira")
    assert (await read(product, await product.post(mira, text)))["text"] == text


async def test_a_reply_stands_below_what_it_answers(product):
    mira, jo = await product.people("mira", "jo2")
    root = await product.post(mira)
    reply = await product.post(jo, "Indeed.", replyToId=root)
    again = await product.post(mira, "Yes.", replyToId=reply)
    found = [await read(product, each) for each in (root, reply, again)]
    assert [each["replyCount"] for each in found] == [1, 1, 0]
    assert [ids(each["replies"]) for each in found] == [[reply], [again], []]
    assert [each["replyTo"] for each in found] == [None, {"id": root}, {"id": reply}]
    assert [each["threadRoot"] for each in found] == [None, {"id": root}, {"id": root}]


async def test_replies_are_walked_oldest_first(product):
    mira, jo = await product.people("mira", "jo2")
    root = await product.post(mira)
    replies = [await product.post(jo, f"{each}", replyToId=root) for each in range(7)]
    document = """query ($id: ID!, $after: String) { post(id: $id) { replies(first: 3, after: $after) {
      edges { node { id } } pageInfo { hasNextPage endCursor } } } }"""
    found, after, more = [], None, True
    while more:
        page = (await product.run(document, id=root, after=after))["post"]["replies"]
        found += ids(page)
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    assert found == replies


async def test_nothing_that_is_gone_can_be_answered(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await product.delete(mira, post)
    for parent in (post, encode("Post", new_id())):
        assert (await product.ask(POST, jo, input={"text": "Indeed.", "replyToId": parent})).code == "NOT_FOUND"


async def test_a_deleted_post_is_gone_everywhere_at_once(product):
    mira, jo = await product.people("mira", "jo2")
    await product.follow(jo, mira)
    root = await product.post(mira)
    reply = await product.post(jo, "Indeed.", replyToId=root)
    await product.like(jo, root)
    seen = """{
      user(username: "mira") { postCount posts { edges { node { id } } } } homeTimeline { edges { node { id } } }
    }"""
    assert ids((await product.run(seen, jo))["homeTimeline"]) == [root]
    assert (await product.run(DELETE, mira, input={"postId": root}))["deletePost"] == {"deletedPostId": root}
    found = await product.run(seen, jo)
    assert found["user"] == {"postCount": 0, "posts": {"edges": []}}
    assert ids(found["homeTimeline"]) == []
    assert await read(product, root, mira) is None
    left = await read(product, reply)
    assert (left["replyTo"], left["threadRoot"]) == (None, None)


async def test_a_deleted_reply_is_not_counted(product):
    mira, jo = await product.people("mira", "jo2")
    root = await product.post(mira)
    kept, gone = [await product.post(jo, text, replyToId=root) for text in ("Kept.", "Gone.")]
    await product.delete(jo, gone)
    found = await read(product, root)
    assert (found["replyCount"], ids(found["replies"])) == (1, [kept])


async def test_a_post_is_deleted_once(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira)
    answers = await asyncio.gather(*(product.ask(DELETE, mira, input={"postId": post}) for _ in range(8)))
    assert sorted(answer.code or "" for answer in answers) == ["", *["NOT_FOUND"] * 7]
    assert (await product.event_types()).count("post.deleted") == 1
    edges = await product.cypher("MATCH (:User)-[r]->(:Post) RETURN collect(type(r))")
    assert edges == ["DELETED_POST"]


async def test_nobody_deletes_what_others_wrote(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    assert (await product.ask(DELETE, jo, input={"postId": post})).code == "NOT_FOUND"
    assert (await read(product, post))["id"] == post


EDGE = "cursor node { id }"
ADDED = f"""mutation ($input: CreatePostInput!) {{ createPost(input: $input) {{
  post {{ id }} postEdge {{ {EDGE} }} profileEdge {{ {EDGE} }} replyEdge {{ {EDGE} }} }} }}"""
PLACES = f"""query ($after: String, $id: ID!, $inner: String) {{
  homeTimeline(after: $after) {{ edges {{ {EDGE} }} }}
  post(id: $id) {{
    author {{ posts(includeReplies: true, after: $inner) {{ edges {{ {EDGE} }} }} }}
    replies {{ edges {{ {EDGE} }} }} }} }}"""


async def test_what_is_written_comes_as_the_edges_of_its_pages(product):
    mira, jo = await product.people("mira", "jo2")
    first = await product.post(mira)
    added = (await product.run(ADDED, mira, input={"text": "Again.", "replyToId": first}))["createPost"]
    post = added["post"]["id"]
    found = await product.run(PLACES, mira, id=first)
    assert found["homeTimeline"]["edges"][0] == added["postEdge"]
    assert found["post"]["author"]["posts"]["edges"][0] == added["profileEdge"]
    assert found["post"]["replies"]["edges"] == [added["replyEdge"]]
    behind = await product.run(
        PLACES, mira, id=first, after=added["postEdge"]["cursor"], inner=added["profileEdge"]["cursor"]
    )
    assert [edge["node"]["id"] for edge in behind["homeTimeline"]["edges"]] == [first]
    assert [edge["node"]["id"] for edge in behind["post"]["author"]["posts"]["edges"]] == [first]
    other = (await product.run(ADDED, jo, input={"text": "Indeed.", "replyToId": post}))["createPost"]
    assert other["postEdge"] is None
    assert other["replyEdge"]["node"] == other["post"]
    alone = (await product.run(ADDED, jo, input={"text": "Alone."}))["createPost"]
    assert (alone["replyEdge"], alone["postEdge"]["node"]) == (None, alone["post"])


async def test_a_deletion_tells_whose_counts_it_changed(product):
    mira, jo = await product.people("mira", "jo2")
    root = await product.post(mira)
    gone, kept = [await product.post(jo, text, replyToId=root) for text in ("Gone.", "Kept.")]
    document = """mutation ($input: DeletePostInput!) { deletePost(input: $input) {
      deletedPostId viewer { id postCount } replyTo { id replyCount } } }"""
    assert (await product.run(document, jo, input={"postId": gone}))["deletePost"] == {
        "deletedPostId": gone,
        "viewer": {"id": jo.id, "postCount": 1},
        "replyTo": {"id": root, "replyCount": 1},
    }
    await product.delete(mira, root)
    assert (await product.run(document, jo, input={"postId": kept}))["deletePost"] == {
        "deletedPostId": kept, "viewer": {"id": jo.id, "postCount": 0}, "replyTo": None,
    }


async def test_null_is_an_empty_list(product):
    mira = await product.sign_up("mira")
    posts = set()
    no_pictures: list[dict[str, Any]] = [{}, {"mediaIds": None}, {"mediaIds": []}]
    for each in no_pictures:
        given = {"text": "Hello.", "idempotencyKey": "one", **each}
        posts.add((await product.run(ADDED, mira, input=given))["createPost"]["post"]["id"])
    assert len(posts) == 1
    assert (await product.ask(ADDED, mira, input={"text": "", "mediaIds": None})).refusal == ("INVALID_INPUT", "text")
