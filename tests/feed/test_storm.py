"""A storm of changes and reads in two processes: a read that begins after a change was acknowledged shows it."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest

from services.accounts.viewer import Viewer
from tests.feed.storm import NOBODY_IN_PARTICULAR, PASSWORD, Storm
from tests.property_examples import examples

STEPS = 60
"""Changes, each with the reads that show it; some thousand facts are compared."""
AT_ONCE = 6
EMPTIED_EVERY = 25
"""Changes after which Redis is emptied once more."""
PEOPLE = [f"name{each}" for each in range(6)]
NAMES = [f"newcomer{each}" for each in range(100)]


@pytest.fixture
async def storm(found_town):
    """Two processes; everybody has an account, so that they may leave and come back."""
    one, other = [found_town(sign_ups_per_address=1_000, early_refresh=((0.2, 1_000_000),)) for _ in range(2)]
    storm = Storm((one, other), PEOPLE, list(NAMES), random.Random(14))
    for name in (NOBODY_IN_PARTICULAR, *PEOPLE):
        signed_in = await one.parts.accounts.sign_up.run(name, f"{name}@example.org", PASSWORD, None, "127.0.0.1")
        one.people[name] = Viewer(signed_in.user.id, signed_in.user.key, datetime.now(UTC) + timedelta(hours=1))
        storm.facts["active", name].changes[0].value = True
    other.people = one.people
    return storm


async def test_a_read_that_begins_after_a_change_shows_it(storm):
    steps = iter(range(examples(STEPS)))

    async def take_steps():
        for step in steps:
            if step % EMPTIED_EVERY == EMPTIED_EVERY - 1:
                await storm.process.parts.keyspace.command("FLUSHALL")
            await storm.step()

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(take_steps())
    assert storm.shown > examples(STEPS)
