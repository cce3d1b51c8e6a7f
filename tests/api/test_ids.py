"""Global ids, and things found by them."""

from base64 import b64encode

import pytest

from graph.ids import new_id
from resolvers.global_ids import encode

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


def bad_ids() -> list[str]:
    good, of_no_kind = (encode(kind, "01890a5d-ac96-774b-bcce-b302099a8057") for kind in ("User", "Person"))
    whole = b64encode(b"User:01890A5D-AC96-774B-BCCE-B302099A8057").decode()
    return [
        "", "nonsense", "VXNlcg==", of_no_kind, encode("User", "1"), encode("User", ""), whole,
        good.rstrip("="), good + "=", f" {good}", good + "\n", good.replace("=", "") + "é", "\x00", "VXNlcjo" * 1_000,
        "01890a5d-ac96-774b-bcce-b302099a8057",
    ]


@pytest.mark.parametrize("id_", bad_ids())
async def test_what_is_no_id_of_ours_is_nothing_to_node_and_nodes_and_bad_input_elsewhere(product, id_):
    there = (await product.sign_up("mira")).id
    assert (await product.run(NODE, id=id_))["node"] is None
    assert [each and each["id"] for each in (await product.run(NODES, ids=[there, id_, there]))["nodes"]] == [there, None, there]
    assert (await product.ask("query ($id: ID!) { post(id: $id) { id } }", id=id_)).refusal == ("INVALID_INPUT", "id")


async def test_another_spelling_of_an_id_is_no_id(product):
    """Base64 leaves bits at its end that decoders ignore."""
    mira = await product.sign_up("mira")
    post = await product.post(mira)
    stem, pads = post.rstrip("="), len(post) - len(post.rstrip("="))
    assert pads
    other = stem[:-1] + chr(ord(stem[-1]) + 1) + "=" * pads
    assert (await product.run(NODES, ids=[other, post]))["nodes"] == [None, {"__typename": "Post", "id": post}]
    assert (await product.ask("query ($id: ID!) { post(id: $id) { id } }", id=other)).refusal == ("INVALID_INPUT", "id")


async def test_things_are_found_in_the_order_of_their_ids(product):
    mira = await product.sign_up("mira")
    post = await product.post(mira)
    ids = [post, mira.id, encode("User", new_id()), post, encode("Post", new_id()), encode("Picture", new_id())]
    found = (await product.run(NODES, ids=ids))["nodes"]
    assert [each and each["id"] for each in found] == [post, mira.id, None, post, None, None]
    assert [each["__typename"] for each in found if each] == ["Post", "User", "Post"]


async def test_no_ids_are_no_things(product):
    assert (await product.run(NODES, ids=[]))["nodes"] == []


async def test_a_hundred_ids_are_answered_and_one_more_is_refused(product):
    ids = [encode("User", new_id()) for _ in range(101)]
    assert (await product.run(NODES, ids=ids[:100]))["nodes"] == [None] * 100
    assert (await product.ask(NODES, ids=ids)).refusal == ("INVALID_INPUT", "ids")


@pytest.mark.parametrize(
    ("name", "field", "kind"),
    [
        ("follow", "userId", "Post"), ("unfollow", "userId", "Picture"), ("deletePost", "postId", "User"),
        ("likePost", "postId", "User"), ("unlikePost", "postId", "Picture"), ("completeUpload", "mediaId", "Post"),
    ],
)
async def test_an_id_of_another_kind_is_bad_input(product, name, field, kind):
    mira = await product.sign_up("mira")
    type_ = name[0].upper() + name[1:]
    document = f"mutation ($input: {type_}Input!) {{ {name}(input: $input) {{ __typename }} }}"
    assert (await product.ask(document, mira, input={field: encode(kind, new_id())})).refusal == ("INVALID_INPUT", field)


@pytest.mark.parametrize(
    ("name", "field", "kind"),
    [
        ("follow", "userId", "User"), ("unfollow", "userId", "User"), ("deletePost", "postId", "Post"),
        ("likePost", "postId", "Post"), ("unlikePost", "postId", "Post"), ("completeUpload", "mediaId", "Picture"),
    ],
)
async def test_an_id_of_nothing_is_not_found(product, name, field, kind):
    mira = await product.sign_up("mira")
    type_ = name[0].upper() + name[1:]
    document = f"mutation ($input: {type_}Input!) {{ {name}(input: $input) {{ __typename }} }}"
    assert (await product.ask(document, mira, input={field: encode(kind, new_id())})).code == "NOT_FOUND"
