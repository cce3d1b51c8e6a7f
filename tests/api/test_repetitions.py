"""Whoever is told that something is done sees it, also where a process did it and ended before it removed what is cached."""

import pytest

from errors import Unavailable
from services.events.invalidation import Invalidation
from tests.api.product import LIKE, PASSWORD, POST, SIGN_UP, UNLIKE, Person, Product
from tests.api.relationships import choose, done
from tests.api.test_bookmarks import BOOKMARK
from tests.api.test_idempotency import MUTE
from tests.api.test_usernames import change, found

LISTS = """query ($name: String!) {
  viewer { followingCount followerCount
    following { edges { node { username } } } followers { edges { node { username } } } }
  user(username: $name) { viewerFollows viewerHasRequestedToFollow viewerBlocks viewerMutes isCloseFriendOfViewer
    followerCount } }"""
POST_NOW = "query ($id: ID!) { post(id: $id) { viewerLikes likeCount viewerHasBookmarked } }"
OWN = """{ viewer { postCount posts { edges { node { text } } } } mutedTopics { edges { node { text } } } }"""
STEPS = {
    "follow": (), "unfollow": ("follow",), "block": ("follow",), "unblock": ("block",), "addCloseFriend": (),
    "removeCloseFriend": ("addCloseFriend",), "unmute": ("mute",),
}
"""Mutations about somebody, and what was done before."""


@pytest.fixture
def not_invalidated(monkeypatch):
    """Give what does something in a process that ends before it removes what is stale."""

    async def unavailable(*_):
        raise Unavailable

    async def run(work):
        with monkeypatch.context() as patch:
            patch.setattr(Invalidation, "__call__", unavailable)
            return await work

    return run


async def cached(product: Product, document: str, viewer: Person, **variables: object):
    """Return what a page shows, and leave all of it cached: what came with a name is cached when it is looked up by itself."""
    await product.run(document, viewer, **variables)
    return await product.run(document, viewer, **variables)


async def fresh(product: Product, document: str, viewer: Person | None, **variables: object):
    """Return what a page shows where nothing is cached."""
    await product.forget_caches()
    return await product.run(document, viewer, **variables)


@pytest.mark.parametrize("name", STEPS)
async def test_what_somebody_did_about_somebody_shows_when_it_is_sent_again(product, not_invalidated, name):
    mira, jo = await product.people("mira", "jo2")
    for step in STEPS[name]:
        await done(product, step, mira, jo)
    before = await cached(product, LISTS, mira, name="jo2")
    await not_invalidated(done(product, name, mira, jo))
    # A follow shows the relationship by itself, since the home timeline asks for it.
    assert (await product.run(LISTS, mira, name="jo2"))["viewer"] == before["viewer"]
    events = await product.event_types()
    await done(product, name, mira, jo)
    shown = await product.run(LISTS, mira, name="jo2")
    assert shown != before
    assert shown == await fresh(product, LISTS, mira, name="jo2")
    assert await product.event_types() == events


@pytest.mark.parametrize("name", ["acceptFollowRequest", "refuseFollowRequest"])
async def test_an_answer_to_a_request_shows_when_it_is_sent_again(product, not_invalidated, name):
    mira, jo = await product.people("mira", "jo2")
    await choose(product, mira, private=True)
    await product.follow(jo, mira)
    before = await cached(product, LISTS, jo, name="mira")
    await not_invalidated(done(product, name, mira, jo))
    assert await product.run(LISTS, jo, name="mira") == before
    await done(product, name, mira, jo)
    shown = await product.run(LISTS, jo, name="mira")
    assert shown != before
    assert shown == await fresh(product, LISTS, jo, name="mira")


@pytest.mark.parametrize("document", [LIKE, UNLIKE, BOOKMARK], ids=["like", "unlike", "bookmark"])
async def test_a_flag_shows_when_it_is_sent_again(product, not_invalidated, document):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(jo)
    if document == UNLIKE:
        await product.like(mira, post)
    before = await cached(product, POST_NOW, mira, id=post)
    await not_invalidated(product.run(document, mira, input={"postId": post}))
    assert await product.run(POST_NOW, mira, id=post) == before
    await product.run(document, mira, input={"postId": post})
    shown = await product.run(POST_NOW, mira, id=post)
    assert shown != before
    assert shown == await fresh(product, POST_NOW, mira, id=post)


@pytest.mark.parametrize(
    ("document", "given"), [(POST, {"text": "Hello."}), (MUTE, {"kind": "WORD", "value": "rain"})], ids=["post", "topic"]
)
async def test_what_a_key_made_is_on_lists_when_it_is_sent_again(product, not_invalidated, document, given):
    mira = await product.sign_up("mira")
    given = given | {"idempotencyKey": "k"}
    before = await cached(product, OWN, mira)
    await not_invalidated(product.run(document, mira, input=given))
    assert await product.run(OWN, mira) == before
    await product.run(document, mira, input=given)
    shown = await product.run(OWN, mira)
    assert shown != before
    assert shown == await fresh(product, OWN, mira)


async def test_somebody_who_signed_up_is_found_by_name_when_it_is_sent_again(product, not_invalidated):
    found = '{ user(username: "mira") { username } }'
    given = {"username": "mira", "email": "mira@example.org", "password": PASSWORD, "idempotencyKey": "k"}
    assert (await product.run(found))["user"] is None
    await not_invalidated(product.run(SIGN_UP, input=given))
    assert (await product.run(found))["user"] is None
    await product.run(SIGN_UP, input=given)
    assert (await product.run(found))["user"] == {"username": "mira"}


async def test_a_new_username_shows_when_it_is_sent_again(product, not_invalidated):
    mira = await product.sign_up("mira")
    for name in ("mira", "mira_lund"):
        await found(product, name)
    await not_invalidated(change(product, mira, "mira_lund"))
    await change(product, mira, "mira_lund")
    for name in ("mira", "mira_lund"):
        assert await found(product, name) == (mira.id, "mira_lund")


async def test_a_new_username_shows_when_a_worker_has_handled_the_change(product, not_invalidated):
    mira = await product.sign_up("mira")
    for name in ("mira", "mira_lund"):
        await found(product, name)
    await not_invalidated(change(product, mira, "mira_lund"))
    assert await found(product, "mira_lund") is None
    await product.settle()  # as after an outage of Redis
    for name in ("mira", "mira_lund"):
        assert await found(product, name) == (mira.id, "mira_lund")
