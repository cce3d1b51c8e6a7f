"""A hidden row costs the same round trips as a missing one, by the same names, so that timing reveals nothing."""

import pytest

from resolvers.global_ids import encode
from tests.api.relationships import done

NOTHING = "01890a5d-ac96-774b-bcce-b302099a8057"
BY_ID = "query ($of: ID!) { node(id: $of) { id } }"
POST = "query ($of: ID!) { post(id: $of) { id text author { id } } }"
BY_NAME = "query ($of: String!) { user(username: $of) { id followerCount } }"


@pytest.fixture
async def world(product):
    """kim has blocked lee, and mira, whom lee does not follow, writes for followers; lee is the viewer."""
    mira, kim, lee = await product.people("mira", "kim", "lee")
    post = await product.post(mira)
    await product.hide(mira, post)
    await done(product, "block", kim, lee)
    return {"person": kim.id, "name": "kim", "post": post, "lee": lee}


@pytest.mark.parametrize(
    ("document", "hidden", "nothing"),
    [
        (BY_ID, "person", encode("User", NOTHING)), (BY_NAME, "name", "nobody"),
        (BY_ID, "post", encode("Post", NOTHING)), (POST, "post", encode("Post", NOTHING)),
    ],
)
async def test_what_is_hidden_asks_for_what_nothing_asks_for(product, world, document, hidden, nothing):
    for viewer in (world["lee"], None) if hidden == "post" else (world["lee"],):
        asked = []
        for of in (world[hidden], nothing):
            for _ in range(3):  # a name is known after the first, its user and how the two stand after the second
                product.round_trips.clear()
                answer = await product.run(document, viewer, of=of)
            assert set(answer.values()) == {None}
            asked.append((list(product.round_trips.graph), list(product.round_trips.redis)))
        assert asked[0] == asked[1]
        assert len(asked[0][1]) <= 1
