"""Warnings before posts, and sensitive pictures: what their authors say, and how viewers are shown them."""

import pytest

from tests.api.relationships import choose

CREATE = """mutation ($input: CreatePostInput!) { createPost(input: $input) {
  post { id text warning sensitive mediaShown } } }"""
READ = "query ($id: ID!) { post(id: $id) { text warning sensitive mediaShown } }"
SHOWN = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Post { mediaShown } } }"
MUTE = 'mutation { muteTopic(input: {kind: WORD, value: "ending"}) { topic { id } } }'
HOME = "{ homeTimeline { edges { node { id } } } }"
PRIVACY = "{ privacy { sensitiveMedia } }"


async def write(product, viewer, text="Hello.", **more):
    return (await product.run(CREATE, viewer, input={"text": text, **more}))["createPost"]["post"]


async def test_a_warning_is_shown_on_one_line_and_one_that_shows_nothing_is_none(product):
    mira = await product.sign_up("mira")
    post = await write(product, mira, "He did it.", warning="  The\n ending ", sensitive=True)
    assert (post["warning"], post["sensitive"], post["mediaShown"]) == ("The ending", True, "SHOWN")
    assert (await product.run(READ, None, id=post["id"]))["post"] == {
        "text": "He did it.", "warning": "The ending", "sensitive": True, "mediaShown": "BLURRED",
    }
    assert (await write(product, mira, warning=" \u200b "))["warning"] == ""
    long = await product.ask(CREATE, mira, input={"text": "Hello.", "warning": "x" * 101})
    assert long.refusal == ("INVALID_INPUT", "warning")


@pytest.mark.parametrize(("chosen", "shown"), [(None, "BLURRED"), ("SHOW", "SHOWN"), ("BLUR", "BLURRED"), ("HIDE", "HIDDEN")])
async def test_sensitive_pictures_are_shown_as_each_viewer_chose_and_to_their_author_as_they_are(product, chosen, shown):
    mira, jo = await product.people("mira", "jo2")
    sensitive, plain = (await write(product, mira, sensitive=True))["id"], (await write(product, mira))["id"]
    if chosen:
        await choose(product, jo, sensitiveMedia=chosen)
        await choose(product, mira, sensitiveMedia=chosen)
    found = [
        [node["mediaShown"] for node in (await product.run(SHOWN, viewer, ids=[sensitive, plain]))["nodes"]]
        for viewer in (jo, mira, None)
    ]
    assert found == [[shown, "SHOWN"], ["SHOWN", "SHOWN"], ["BLURRED", "SHOWN"]]
    assert (await product.run(PRIVACY, jo))["privacy"] == {"sensitiveMedia": chosen or "BLUR"}


async def test_a_muted_word_also_hides_a_post_that_warns_of_it(product):
    mira, jo = await product.people("mira", "jo2")
    await product.follow(jo, mira)
    await product.run(MUTE, jo)
    kept = (await write(product, mira, "He did it."))["id"]
    await write(product, mira, "She did.", warning="The ending!")
    await product.settle()
    assert [edge["node"]["id"] for edge in (await product.run(HOME, jo))["homeTimeline"]["edges"]] == [kept]


async def test_posts_that_are_not_sensitive_cost_nothing_more_and_others_one_look_at_the_choice(product):
    mira, jo = await product.people("mira", "jo2")
    sensitive, plain = (await write(product, mira, sensitive=True))["id"], (await write(product, mira))["id"]
    for ids, redis in (([plain], 1), ([sensitive, plain], 2)):
        await product.run(SHOWN, jo, ids=ids)
        product.round_trips.clear()
        await product.run(SHOWN, jo, ids=ids)
        assert (product.round_trips.graph, len(product.round_trips.redis)) == ([], redis)
