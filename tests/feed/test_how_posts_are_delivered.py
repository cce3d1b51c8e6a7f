"""How a post is delivered is decided when it is written: by followers, by what load has set, and by an operator's pin."""

import pytest

from bench.round_trips import RoundTrips
from errors import InvalidInput
from graph.rows.delivery import DeliveryControl
from graph.rows.posts import Delivery, DeliveryReason
from services.events.post_events import PostCreated
from tests.feed.conftest import Found
from tests.worlds.town import Town

CROWD = [f"name{each}" for each in range(10)]
LOAD = """
MERGE (c:DeliveryControl {name: 'home'}) SET c.threshold = $threshold, c.shedding = $shedding, c.changedAt = 1
"""
OF_AUTHOR = "MATCH (u:User {key: $key}) RETURN u.lastPullPostAt AS at, u.lastDelivery AS last"
OF_POST = "MATCH (p:Post {id: $id}) RETURN p.delivery AS delivery, p.deliveryReason AS reason"


@pytest.fixture
async def city(found_town: Found) -> Town:
    """Ada, and ten people who may follow her; posts are pushed to all below ten followers."""
    city = found_town(push_below=10)
    await city.settle("ada", *CROWD)
    return city


async def followed_by(city: Town, count: int) -> None:
    """Let Ada have so many followers."""
    for at, name in enumerate(CROWD):
        await (city.follow if at < count else city.unfollow)(name, "ada")


async def decided(city: Town, reply_to: str | None = None) -> tuple[str, str, int]:
    """Let Ada write, and tell how the post is delivered, why, and to how many; the event and the post agree."""
    await city.outbox()
    post = await city.post("ada", reply_to=reply_to)
    (event,) = (each for each in await city.outbox() if isinstance(each, PostCreated))
    found = await row(city, OF_POST, id=post)
    assert (event.post_id, event.delivery, event.reason) == (post, found["delivery"], found["reason"])
    return event.delivery, event.reason, event.followers


async def row(city: Town, statement: str, **params: object) -> dict[str, object]:
    async with city.parts.graph.driver.session() as session:
        record = await (await session.run(statement, dict(params))).single()
    return dict(record or {})


async def test_few_followers_are_pushed_to_and_many_are_not(city):
    await followed_by(city, 9)
    assert await decided(city) == (Delivery.PUSH, DeliveryReason.FEW_FOLLOWERS, 9)
    assert await row(city, OF_AUTHOR, key=city.people["ada"].key) == {"at": None, "last": None}
    await followed_by(city, 10)
    assert await decided(city) == (Delivery.MIXED, DeliveryReason.MANY_FOLLOWERS, 10)
    author = await row(city, OF_AUTHOR, key=city.people["ada"].key)
    assert author["at"] is not None and author["last"] == "MIXED"


async def test_who_was_above_stays_above_until_four_fifths(city):
    await followed_by(city, 8)
    assert (await decided(city))[0] is Delivery.PUSH
    await followed_by(city, 10)
    assert (await decided(city))[0] is Delivery.MIXED
    await followed_by(city, 8)
    assert await decided(city) == (Delivery.MIXED, DeliveryReason.MANY_FOLLOWERS, 8)
    await followed_by(city, 7)
    assert await decided(city) == (Delivery.PUSH, DeliveryReason.FEW_FOLLOWERS, 7)
    await followed_by(city, 9)
    assert (await decided(city))[0] is Delivery.PUSH
    assert (await row(city, OF_AUTHOR, key=city.people["ada"].key))["at"] is not None


async def test_load_lowers_the_threshold_and_has_posts_pulled(city):
    await followed_by(city, 5)
    await row(city, LOAD, threshold=5, shedding=False)
    assert await decided(city) == (Delivery.MIXED, DeliveryReason.LOAD, 5)
    await row(city, LOAD, threshold=5, shedding=True)
    assert await decided(city) == (Delivery.PULL, DeliveryReason.LOAD, 5)
    await row(city, LOAD, threshold=20, shedding=True)
    assert await decided(city) == (Delivery.PUSH, DeliveryReason.FEW_FOLLOWERS, 5)


async def test_a_pin_goes_before_load_until_it_ends(city):
    controls = city.parts.delivery_controls
    assert await controls.read() == DeliveryControl()
    await followed_by(city, 5)
    await row(city, LOAD, threshold=2, shedding=True)
    pinned = await controls.pin(threshold=20)
    assert pinned.pinned and pinned == await controls.read()
    assert await decided(city) == (Delivery.PUSH, DeliveryReason.OPERATOR, 5)
    await controls.pin(threshold=5, mode=Delivery.MIXED)
    assert await decided(city) == (Delivery.MIXED, DeliveryReason.OPERATOR, 5)
    await controls.pin(mode=Delivery.PUSH)
    assert await decided(city) == (Delivery.PUSH, DeliveryReason.OPERATOR, 5)
    ended = await controls.unpin()
    assert (ended.pinned, ended.threshold, ended.shedding) == (False, 2, True)
    assert await decided(city) == (Delivery.PULL, DeliveryReason.LOAD, 5)


@pytest.mark.parametrize("pin", [{}, {"threshold": -1}])
async def test_a_pin_says_something_possible(city, pin):
    with pytest.raises(InvalidInput) as refused:
        await city.parts.delivery_controls.pin(**pin)
    assert refused.value.field == "threshold"


async def test_a_reply_to_somebody_else_makes_nobody_an_author_whose_posts_are_pulled(city):
    await followed_by(city, 10)
    assert (await decided(city, reply_to=await city.post("name0")))[0] is Delivery.MIXED
    assert await row(city, OF_AUTHOR, key=city.people["ada"].key) == {"at": None, "last": None}


async def test_the_decision_costs_no_statement(city):
    trips = RoundTrips.of(city.parts)
    await city.post("ada")
    assert trips.graph == ["posts/create"]
