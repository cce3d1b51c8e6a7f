"""Going public: every request that is open is accepted, however many, once, and not when its owner is private again."""

import asyncio

import pytest

from errors import Unavailable
from graph.driver import Graph
from tests.api.relationships import act, choose, done, edges, names

CHUNK, ASKERS = 3, 8
COUNTS = "query ($name: String!) { user(username: $name) { followerCount followingCount } }"
OPEN = "MATCH ()-[r:REQUESTED]->(:User {id: $id}) RETURN count(r)"
FOLLOWS = "MATCH ()-[r:FOLLOWS]->(:User {id: $id}) RETURN count(r)"
HOME = "{ homeTimeline { edges { node { id } } } }"


@pytest.fixture
def requests(served):
    """The service, which accepts three requests in a transaction."""
    service = served.parts.services.requests
    usual = service.chunk
    object.__setattr__(service, "chunk", CHUNK)  # frozen, and shared by every service that was made with it
    yield service
    object.__setattr__(service, "chunk", usual)


@pytest.fixture
async def asked(product):
    """mira is private, and eight people ask to follow her."""
    mira = await product.sign_up("mira")
    await choose(product, mira, private=True)
    askers = await product.people(*(f"name{each}" for each in range(ASKERS)))
    for asker in askers:
        await done(product, "follow", asker, mira)
    return mira, askers


async def left(product, user):
    return await product.cypher(OPEN, id=user.own_id), await product.cypher(FOLLOWS, id=user.own_id)


async def test_who_goes_public_has_everybody_who_asked(product, asked):
    mira, askers = asked
    await choose(product, mira, private=False)
    assert [await edges(product, asker, mira) for asker in askers] == [["FOLLOWS>"]] * ASKERS
    events = await product.event_types()
    assert (events.count("follow.created"), events.count("follow.request_ended"), events.count("user.opened")) == (8, 8, 1)
    assert (await product.run(COUNTS, name="mira"))["user"] == {"followerCount": ASKERS, "followingCount": 0}
    assert (await product.run(COUNTS, name="name0"))["user"] == {"followerCount": 0, "followingCount": 1}
    assert await names(product, "followRequests", mira) == []


async def test_timelines_of_those_accepted_have_the_posts(product, asked):
    mira, askers = asked
    post = await product.post(mira)
    await product.run(HOME, askers[0])
    await choose(product, mira, private=False)
    await product.settle()
    assert (await product.run(HOME, askers[0]))["homeTimeline"]["edges"] == [{"node": {"id": post}}]


async def test_the_first_are_accepted_at_once_and_the_rest_by_the_worker(product, asked, requests):
    mira, _ = asked
    await choose(product, mira, private=False)
    assert await left(product, mira) == (ASKERS - CHUNK, CHUNK)
    await product.settle()
    assert await left(product, mira) == (0, ASKERS)


async def test_a_worker_that_dies_in_the_middle_is_followed_by_another(product, asked, requests, monkeypatch):
    mira, _ = asked
    await choose(product, mira, private=False)
    write, asked_for = Graph.write, []

    async def dying(self, name, /, **params):
        asked_for.append(name)
        if asked_for.count("requests/accept_open") == 2:
            raise Unavailable
        return await write(self, name, **params)

    with monkeypatch.context() as patch:
        patch.setattr(Graph, "write", dying)
        with pytest.raises(Unavailable):
            await product.settle()
    assert await left(product, mira) == (ASKERS - 2 * CHUNK, 2 * CHUNK)
    await product.settle()
    await requests.accept_open(mira.own_id)
    assert await left(product, mira) == (0, ASKERS)
    assert (await product.run(COUNTS, name="mira"))["user"]["followerCount"] == ASKERS


async def test_several_workers_accept_each_request_once(product, asked, requests):
    mira, _ = asked
    await choose(product, mira, private=False)
    await asyncio.gather(*(requests.accept_open(mira.own_id) for _ in range(4)))
    assert await left(product, mira) == (0, ASKERS)
    events = await product.event_types()
    assert (events.count("follow.created"), events.count("follow.request_ended")) == (ASKERS, ASKERS)


async def test_who_is_private_again_before_all_are_accepted_decides_on_the_rest(product, asked, requests):
    mira, _ = asked
    await choose(product, mira, private=False)
    await choose(product, mira, private=True)
    await product.settle()
    assert await left(product, mira) == (ASKERS - CHUNK, CHUNK)
    assert len(await names(product, "followRequests", mira)) == ASKERS - CHUNK


async def test_who_asked_and_follows_before_the_worker_comes_follows_once(product, asked, requests):
    mira, askers = asked
    await choose(product, mira, private=False)
    for asker in askers:
        await done(product, "follow", asker, mira)
    await product.settle()
    assert [await edges(product, asker, mira) for asker in askers] == [["FOLLOWS>"]] * ASKERS


async def test_who_left_meanwhile_follows_when_they_are_back(product, asked):
    mira, askers = asked
    await product.suspend(askers[0])
    await choose(product, mira, private=False)
    assert await left(product, mira) == (0, ASKERS)


async def test_nobody_who_asks_while_somebody_goes_public_is_left_asking(product):
    mira = await product.sign_up("mira")
    await choose(product, mira, private=True)
    askers = await product.people(*(f"name{each}" for each in range(ASKERS)))
    for _ in range(3):
        await asyncio.gather(*(act(product, "follow", asker, mira) for asker in askers), choose(product, mira, private=False))
        await product.settle()
        assert await left(product, mira) == (0, ASKERS)
        await choose(product, mira, private=True)
        for asker in askers:
            await done(product, "unfollow", asker, mira)
