"""A storm of writes on few people, with the time limits of production: nearly all are done, and none is left in doubt."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from errors import NotFound, Unavailable
from graph.rows.posts import Audience
from parts import open_parts
from services.accounts.viewer import Viewer
from services.posts.writing import Draft

WRITES = 200
PEOPLE = 6
FAILING = 0.01
"""Share of writes that may be refused."""


async def test_of_200_writes_at_once_among_six_people_at_most_one_in_a_hundred_is_refused(product, app_settings):
    users = await product.people(*(f"name{each}" for each in range(PEOPLE)))
    keys = dict(await product.cypher("MATCH (u:User) RETURN collect([u.id, u.key])"))
    ends = datetime.now(UTC) + timedelta(minutes=10)
    people = [Viewer(user.own_id, keys[user.own_id], ends) for user in users]
    limits = {"neo4j_acquire_timeout": 2.0, "neo4j_read_timeout": 5.0, "neo4j_write_timeout": 10.0}
    parts = open_parts(app_settings.model_copy(update=limits))
    services, chance = parts.services, random.Random(4)
    names = " ".join(f"@{user.username}" for user in users)
    post = (await services.writing.create(people[0], Draft("Hello.", audience=Audience.PUBLIC))).id

    acts = {
        "follow": lambda one, other: services.follows.follow(one, other.id),
        "follow again": lambda one, other: services.follows.follow(one, other.id),
        "unfollow": lambda one, other: services.follows.unfollow(one, other.id),
        "block": lambda one, other: services.blocks.block(one, other.id),
        "unblock": lambda one, other: services.blocks.unblock(one, other.id),
        "like": lambda one, _: services.likes.add(one, post),
        "post": lambda one, _: services.writing.create(one, Draft(f"To {names} #birds #rain")),
    }

    async def code(what, one, other):
        try:
            await acts[what](one, other)
        except Unavailable as error:
            return error.code
        except NotFound:
            return None  # one blocks the other
        return None

    asked = [(chance.choice([*acts]), *chance.sample(people, 2)) for _ in range(WRITES)]
    try:
        codes = Counter(await asyncio.gather(*(code(*each) for each in asked)))
    finally:
        await parts.close()
    assert codes[None] >= WRITES * (1 - FAILING), codes
    assert codes.keys() <= {None, "UNAVAILABLE"}
