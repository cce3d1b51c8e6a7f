"""How a post is delivered, as its author is told, and nobody else."""

import pytest
from pydantic import SecretStr

from graph.ids import pack
from graph.rows.posts import Delivery, DeliveryReason
from keyspace import keys
from parts import open_parts
from services.delivery.plan import FanOutPlan, FanOutPlans
from tests.api.product import own_id
from tests.worlds.delivery import carry_out

PLAN = "fanoutPlan { mode reason followerCount doneAt tiers { name size delivered pending dueAt } }"
POST = f"query ($post: ID!) {{ post(id: $post) {{ id {PLAN} }} }}"
HOME = f"{{ homeTimeline(first: 20) {{ edges {{ node {{ id text author {{ id }} {PLAN} }} }} }} }}"
HOME_WITHOUT = "{ homeTimeline(first: 20) { edges { node { id text author { id } } } } }"
UNKNOWN = {"followerCount": None, "doneAt": None, "tiers": None}


@pytest.fixture
async def people(product):
    """Mira, whom two people follow."""
    mira, *others = await product.people("mira", "noah", "olga")
    for other in others:
        await product.follow(other, mira)
    await product.settle()
    return mira, *others


async def plan(product, viewer, post):
    return (await product.run(POST, viewer, post=post))["post"]["fanoutPlan"]


async def test_a_pushed_post_is_told_from_its_beginning_to_its_end(product, people):
    post = await product.post(people[0])
    assert await plan(product, people[0], post) == {"mode": "PUSH", "reason": "FEW_FOLLOWERS", **UNKNOWN}
    await product.settle()
    told = await plan(product, people[0], post)
    assert told.pop("doneAt") is not None
    assert told == {
        "mode": "PUSH", "reason": "FEW_FOLLOWERS", "followerCount": 2,
        "tiers": [{"name": "ALL", "size": 2, "delivered": 2, "pending": 0, "dueAt": None}],
    }  # fmt: skip
    await product.served.parts.keyspace.command("DEL", keys.FAN_OUT_PLAN + pack(own_id(post)))
    assert await plan(product, people[0], post) == {"mode": "PUSH", "reason": "FEW_FOLLOWERS", **UNKNOWN}


async def test_it_is_null_for_everybody_else_and_for_a_reply_to_somebody_else(product, people):
    post = await product.post(people[0])
    reply = await product.post(people[1], replyToId=post)
    await product.settle()
    assert await plan(product, people[1], post) is None
    assert await plan(product, None, post) is None
    assert await plan(product, people[1], reply) is None
    assert await plan(product, people[0], reply) is None


@pytest.mark.parametrize("mode", [Delivery.MIXED, Delivery.PULL])
async def test_a_post_that_is_not_pushed_to_all_tells_its_tiers(product, people, mode):
    parts = product.served.parts
    await parts.delivery_controls.pin(threshold=1, mode=mode)
    post = await product.post(people[0])
    await product.settle()
    told = await plan(product, people[0], post)
    assert (told["mode"], told["reason"], told["followerCount"]) == (mode, "OPERATOR", 2)
    if mode is Delivery.PULL:
        assert (told["tiers"], told["doneAt"] is None) == ([], False)
        return
    assert [(each["name"], each["size"], each["pending"]) for each in told["tiers"]] == [
        ("FIRST", None, None), ("SECOND", None, None),
    ]  # fmt: skip
    await carry_out(parts)
    assert told["doneAt"] is None


async def test_own_posts_of_a_page_are_one_round_trip_and_those_of_others_none(product, people):
    posts = [await product.post(people[0]) for _ in range(3)]
    await product.settle()
    for viewer, more in ((people[0], ["fan_out_plans"]), (people[1], [])):
        for document in (HOME_WITHOUT, HOME):
            await product.run(document, viewer)
            await product.run(document, viewer)
        product.round_trips.clear()
        await product.run(HOME_WITHOUT, viewer)
        without = list(product.round_trips.redis)
        product.round_trips.clear()
        told = await product.run(HOME, viewer)
        assert [edge["node"]["id"] for edge in told["homeTimeline"]["edges"]] == posts[::-1]
        assert (product.round_trips.redis, product.round_trips.graph) == ([*without, *more], [])


async def test_without_redis_how_and_why_are_told_all_the_same(product, people, settings):
    post = own_id(await product.post(people[0]))
    async with open_parts(settings.model_copy(update={"redis_url": SecretStr("redis://127.0.0.1:1")})) as alone:
        plans = await FanOutPlans(alone.keyspace, alone.graph).of([post])
    assert plans == {post: FanOutPlan(Delivery.PUSH, DeliveryReason.FEW_FOLLOWERS)}
