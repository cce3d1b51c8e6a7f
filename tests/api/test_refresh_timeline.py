"""Timelines that are built because somebody asks for it, or comes back."""

import pytest

from graph.ids import pack
from keyspace import keys
from tests.api.product import PASSWORD, own_id
from tests.worlds.waiting import until

REFRESH = "mutation ($input: RefreshTimelineInput!) { refreshTimeline(input: $input) { viewer { id username } } }"
LOG_IN = "mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken viewer { id } } } }"
HOME = "{ homeTimeline(first: 20) { edges { node { id } } } }"


@pytest.fixture
async def people(product):
    """Mira, who follows Noah and has read his three posts."""
    mira, noah = await product.people("mira", "noah")
    await product.follow(mira, noah)
    posts = [await product.post(noah) for _ in range(3)]
    await product.settle()
    assert await shown(product, mira) == posts[::-1]
    return mira, noah, posts


async def shown(product, viewer):
    return [edge["node"]["id"] for edge in (await product.run(HOME, viewer))["homeTimeline"]["edges"]]


async def list_of(product, person):
    return keys.timeline(await product.cypher("MATCH (u:User {id: $id}) RETURN u.key", id=person.own_id))


async def redis(product, *words):
    return await product.served.parts.keyspace.command(*words)


async def test_a_timeline_is_made_anew(product, people):
    mira, _, posts = people
    await redis(product, "LREM", await list_of(product, mira), 1, pack(own_id(posts[1])))
    assert await shown(product, mira) == [posts[2], posts[0]]
    answer = await product.run(REFRESH, mira, input={"missingPostId": posts[1]})
    assert answer["refreshTimeline"]["viewer"] == {"id": mira.id, "username": "mira"}
    product.round_trips.clear()
    assert await shown(product, mira) == posts[::-1]
    assert "feed/build" not in product.round_trips.graph


async def test_it_is_the_viewers_own_and_no_other(product, people):
    mira, noah, _ = people
    await shown(product, noah)
    before = await redis(product, "DUMP", await list_of(product, noah))
    await product.run(REFRESH, mira, input={})
    assert await redis(product, "DUMP", await list_of(product, noah)) == before
    assert (await product.ask(REFRESH, None, input={})).code == "UNAUTHENTICATED"


async def test_too_often_is_refused_and_says_when_again(product, people, app_settings):
    for _ in range(app_settings.timeline_refreshes):
        await product.run(REFRESH, people[0], input={})
    refused = await product.ask(REFRESH, people[0], input={})
    assert refused.code == "RATE_LIMITED"
    assert 0 < refused.errors[0]["extensions"]["retryAfter"] <= 60
    await product.run(REFRESH, people[1], input={})


async def test_an_id_of_something_else_is_refused(product, people):
    refused = await product.ask(REFRESH, people[0], input={"missingPostId": people[1].id})
    assert refused.refusal == ("INVALID_INPUT", "missingPostId")


async def test_while_somebody_builds_it_is_left_to_them(product, people):
    mira, _, posts = people
    list_ = await list_of(product, mira)
    await redis(product, "DEL", list_)
    await redis(product, "RPUSH", list_.replace(keys.TIMELINE, keys.BUILDING), "token")
    product.round_trips.clear()
    await product.run(REFRESH, mira, input={})
    assert "feed/build" not in product.round_trips.graph
    assert await shown(product, mira) == posts[::-1]


async def test_logging_in_builds_the_timeline_in_the_background(product, people):
    mira, _, posts = people
    list_ = await list_of(product, mira)
    await redis(product, "DEL", list_)
    await product.run(LOG_IN, input={"login": "mira", "password": PASSWORD})
    await until(lambda: redis(product, "EXISTS", list_))
    product.round_trips.clear()
    assert await shown(product, mira) == posts[::-1]
    assert product.round_trips.graph == []


async def test_logging_in_leaves_a_timeline_that_exists(product, people):
    mira, *_ = people
    before = await redis(product, "DUMP", await list_of(product, mira))
    product.round_trips.clear()
    await product.run(LOG_IN, input={"login": "mira", "password": PASSWORD})
    await until(lambda: "timeline_begin" in product.round_trips.redis)
    await until(lambda: not product.served.parts.services.warming._running)
    assert "feed/build" not in product.round_trips.graph
    assert await redis(product, "DUMP", await list_of(product, mira)) == before
