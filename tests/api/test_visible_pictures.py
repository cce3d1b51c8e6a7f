"""A picture is seen where it hangs: on a post, or on a person, that the viewer may see; by its owner everywhere."""

import pytest

from tests.api.relationships import done
from tests.api.test_pictures import AVATAR, photo, uploaded

NODE = "query ($id: ID!) { node(id: $id) { ... on Picture { id } } }"
MEDIA = "author { avatar { id } } media { ... on Picture { id thumbnailUrl } }"
BARE = '{ user(username: "mira") { posts(first: 20) { edges { node { id } } } } }'
PAGE = BARE.replace("{ id }", f"{{ id {MEDIA} }}")


@pytest.fixture
async def world(product):
    """mira wears a picture, and has another on a post; kim follows her, lee does not."""
    mira, kim, lee = await product.people("mira", "kim", "lee")
    worn, hung = [await uploaded(product, mira, photo()) for _ in range(2)]
    await product.settle()
    await product.run(AVATAR, mira, input={"avatarId": worn})
    post = await product.post(mira, mediaIds=[hung])
    await product.settle()
    await product.follow(kim, mira)
    return {"mira": mira, "kim": kim, "lee": lee, None: None, "worn": worn, "hung": hung, "post": post}


async def seen(product, world, picture, who):
    return (await product.run(NODE, world[who], id=world[picture]))["node"] is not None


async def test_everybody_sees_what_hangs_in_the_open(product, world):
    for who in ("mira", "kim", "lee", None):
        assert await seen(product, world, "worn", who) and await seen(product, world, "hung", who)


async def test_a_picture_is_hidden_with_its_only_post(product, world):
    await product.hide(world["mira"], world["post"])
    assert [await seen(product, world, "hung", who) for who in ("mira", "kim", "lee", None)] == [True, True, False, False]


async def test_a_picture_stays_while_it_hangs_on_another_post(product, world):
    await product.hide(world["mira"], world["post"])
    assert not await seen(product, world, "hung", "lee")
    await product.post(world["mira"], mediaIds=[world["hung"]])
    await product.settle()
    assert await seen(product, world, "hung", "lee")


async def test_a_picture_is_hidden_when_its_post_is_deleted(product, world):
    await product.delete(world["mira"], world["post"])
    assert [await seen(product, world, "hung", who) for who in ("mira", "kim", "lee")] == [True, False, False]


async def test_a_picture_that_hangs_nowhere_is_its_owners(product, world):
    await product.run(AVATAR, world["mira"], input={"avatarId": None})
    assert [await seen(product, world, "worn", who) for who in ("mira", "kim", "lee")] == [True, False, False]


async def test_who_is_blocked_sees_neither_face_nor_pictures(product, world):
    await done(product, "block", world["mira"], world["lee"])
    for picture in ("worn", "hung"):
        assert [await seen(product, world, picture, who) for who in ("mira", "kim", "lee")] == [True, True, False]


async def test_the_pictures_of_a_warm_page_are_one_round_trip_more(product, world):
    for which in range(3):
        await product.post(world["mira"], f"{which}", mediaIds=[world["hung"], world["worn"]])
    await product.settle()
    asked = []
    for document in (BARE, PAGE):
        for _ in range(3):
            product.round_trips.clear()
            found = await product.run(document, world["lee"])
        asked.append((list(product.round_trips.graph), list(product.round_trips.redis)))
    pictures = [each["id"] for edge in found["user"]["posts"]["edges"] for each in edge["node"]["media"]]
    assert len(pictures) == 7
    (bare_graph, bare_redis), (graph, redis) = asked
    assert graph == bare_graph
    # Faces and the pictures of posts are looked up together.
    assert redis == [*bare_redis, "lease_rows"]
