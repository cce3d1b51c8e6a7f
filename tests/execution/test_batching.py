from collections import Counter

import pytest

from tests.execution.toy import ToyContext, small_world


async def fetched(pair, text):
    world = small_world()
    context = ToyContext(world)
    outcome = await pair.compiled.execute(pair.operation(text), context)
    assert outcome.json is not None
    return world.fetched


async def test_a_level_is_looked_up_at_once(pair):
    assert await fetched(pair, "{ people(first: 4) { best { name } } }") == [("people", ("p2", "p3"))]


async def test_a_lookup_at_two_places_of_a_depth_is_made_once(pair):
    found = await fetched(pair, '{ people { best { name } alike: best { id } } maybe(id: "p1") { best { name } } }')
    assert Counter(name for name, _ in found) == {"people": 2}  # one by `maybe` itself


async def test_different_lookups_of_a_depth_run_together(pair):
    found = await fetched(pair, "{ people { liked best { liked } pets { ... on Dog { owner { name } } } } }")
    assert [name for name, _ in found] == ["liked", "people", "pets", "liked", "people"]


def test_what_is_known_needs_no_event_loop(pair):
    world = small_world()
    context = ToyContext(world)
    context.loaders.people.prime(world.people)
    context.loaders.pets.prime(world.pets | {"gone": None})
    context.loaders.liked.prime(dict.fromkeys(world.people, True))
    operation = pair.operation("{ pet { ... on Dog { owner { name liked pets { __typename } best { liked } } } } }")
    running = pair.compiled.execute(operation, context)
    with pytest.raises(StopIteration) as done:  # at the first step: it never waited
        running.send(None)
    assert done.value.value.json.startswith(b'{"data":{"pet":{"owner":{"name":"Person 1"')
    assert world.fetched == []


async def test_after_a_bailout_nothing_known_is_fetched_again(pair):
    world = small_world()
    world.people["p2"].score = None
    outcome = await pair.compiled.execute(pair.operation("{ people(first: 2) { best { score } } }"), ToyContext(world))
    assert outcome.errors
    assert Counter(name for name, _ in world.fetched) == {"people": 1}
    assert world.happened == ["people 2 None"]


async def test_a_loader_that_failed_is_not_asked_again(pair):
    world = small_world()
    world.failing.add("people")
    text = "{ people { best { name } friends { name } liked } }"
    outcome = await pair.compiled.execute(pair.operation(text), ToyContext(world))
    assert outcome.errors
    assert Counter(name for name, _ in world.fetched) == {"people": 1, "liked": 1}


def requests(pair, text):
    """Return how many lookups of columns the plan of an operation asks for."""
    prepared = pair.compiled.plans.prepared(pair.operation(text))
    return prepared.plan(prepared.variables.coerced({})).text.count("run.look_up")


def test_fields_that_share_a_lookup_ask_for_it_once(pair):
    assert requests(pair, "{ people { bestName bestAge bestShouted best { name } } }") == 1
    assert requests(pair, "{ people { bestName ...F best { name } } } fragment F on Person { other: bestName bestAge }") == 1
    assert requests(pair, "{ people { bestName liked } }") == 2
    assert requests(pair, "{ people { bestName best { best { name } } bestAge } }") == 3  # what waits again is on its own


async def test_a_shared_lookup_that_failed_is_not_made_again_for_any_of_its_fields(pair):
    world = small_world()
    world.failing.add("people")
    outcome = await pair.compiled.execute(pair.operation("{ people { bestName bestAge bestShouted } }"), ToyContext(world))
    assert len(outcome.errors) == 6
    assert Counter(name for name, _ in world.fetched) == {"people": 1}
