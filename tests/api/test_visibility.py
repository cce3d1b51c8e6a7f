"""What the viewer may not see is answered as what does not exist."""

import pytest

from graph.ids import new_id
from resolvers.global_ids import encode
from tests.api.product import DELETE, LIKE, POST, UNLIKE

NODE = "query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } post(id: $id) { id } }"
AROUND = """query ($around: ID!) {
  user(username: "mira") { posts(includeReplies: true) { edges { node { id } } } }
  post(id: $around) { replies { edges { node { id } } } }
}"""
ABOVE = "query ($id: ID!) { post(id: $id) { replyTo { id } threadRoot { id } } }"


@pytest.fixture
async def world(product):
    """mira writes for followers: to jo2's post, and is answered by her follower kim. lee does not follow mira."""
    mira, jo, kim, lee = await product.people("mira", "jo2", "kim", "lee")
    await product.follow(kim, mira)
    around = await product.post(jo)
    hidden = await product.post(mira, "For followers.", replyToId=around)
    below = await product.post(kim, "Indeed.", replyToId=hidden)
    await product.hide(mira, hidden)
    return {"mira": mira, "kim": kim, "lee": lee, "around": around, "hidden": hidden, "below": below}


@pytest.mark.parametrize("who", ["lee", None])
async def test_a_post_for_followers_does_not_exist_for_others(product, world, who):
    viewer, hidden = world.get(who), world["hidden"]
    assert await product.run(NODE, viewer, id=hidden) == {"node": None, "nodes": [None], "post": None}
    around = await product.run(AROUND, viewer, around=world["around"])
    assert (around["user"]["posts"]["edges"], around["post"]["replies"]["edges"]) == ([], [])
    above = (await product.run(ABOVE, viewer, id=world["below"]))["post"]
    assert above == {"replyTo": None, "threadRoot": {"id": world["around"]}}


@pytest.mark.parametrize("who", ["mira", "kim"])
async def test_a_post_for_followers_is_there_for_followers_and_its_author(product, world, who):
    viewer, hidden = world[who], {"id": world["hidden"]}
    assert await product.run(NODE, viewer, **hidden) == {"node": hidden, "nodes": [hidden], "post": hidden}
    around = await product.run(AROUND, viewer, around=world["around"])
    assert [edge["node"] for edge in around["user"]["posts"]["edges"]] == [hidden]
    assert [edge["node"] for edge in around["post"]["replies"]["edges"]] == [hidden]
    assert (await product.run(ABOVE, viewer, id=world["below"]))["post"]["replyTo"] == hidden


@pytest.mark.parametrize("document", [LIKE, UNLIKE, DELETE])
async def test_a_mutation_of_a_hidden_post_reads_as_one_of_nothing(product, world, document):
    hidden, nothing = [
        await product.ask(document, world["lee"], input={"postId": post}) for post in (world["hidden"], encode("Post", new_id()))
    ]
    assert hidden == nothing
    assert hidden.code == "NOT_FOUND"


async def test_an_answer_to_a_hidden_post_reads_as_one_to_nothing(product, world):
    hidden, nothing = [
        await product.ask(POST, world["lee"], input={"text": "Hello.", "replyToId": post})
        for post in (world["hidden"], encode("Post", new_id()))
    ]
    assert hidden == nothing
    assert hidden.code == "NOT_FOUND"


async def test_a_follower_who_leaves_sees_it_no_more(product, world):
    assert (await product.run(NODE, world["kim"], id=world["hidden"]))["node"]
    await product.unfollow(world["kim"], world["mira"])
    assert (await product.run(NODE, world["kim"], id=world["hidden"]))["node"] is None


async def test_a_page_is_full_though_hidden_posts_stand_between(product, world):
    shown: list[str] = []
    for each in range(6):
        post = await product.post(world["mira"], f"{each}")
        if each % 2:
            await product.hide(world["mira"], post)
        else:
            shown.insert(0, post)
    document = 'query { user(username: "mira") { posts(first: 2) { edges { node { id } } pageInfo { hasNextPage } } } }'
    page = (await product.run(document, world["lee"]))["user"]["posts"]
    assert [edge["node"]["id"] for edge in page["edges"]] == shown[:2]
    assert page["pageInfo"]["hasNextPage"]


async def test_somebody_suspended_and_what_they_wrote_do_not_exist(product):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    mention = await product.post(jo, "Hello @mira.")
    reply = await product.post(jo, "Indeed.", replyToId=post)
    await product.suspend(mira)
    document = """query ($mira: ID!, $post: ID!, $mention: ID!, $reply: ID!) {
      byName: user(username: "mira") { id } byId: node(id: $mira) { id } post(id: $post) { id }
      mention: post(id: $mention) { mentions { username user { id } } }
      reply: post(id: $reply) { replyTo { id } threadRoot { id } }
    }"""
    assert await product.run(document, jo, mira=mira.id, post=post, mention=mention, reply=reply) == {
        "byName": None, "byId": None, "post": None,
        "mention": {"mentions": [{"username": "mira", "user": None}]},
        "reply": {"replyTo": None, "threadRoot": None},
    }
