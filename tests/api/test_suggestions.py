"""People you may know, and degrees apart, beside brute force."""

import random
from collections import Counter, deque
from itertools import pairwise

import pytest

from graph.ids import new_id
from resolvers.global_ids import encode
from tests.api.product import Person, own_id

SUGGESTIONS = "query ($first: Int!) { peopleYouMayKnow(first: $first) { person { id username } mutualCount mutuals { id } } }"
APART = "query ($to: ID!, $from: ID) { degreesApart(toId: $to, fromId: $from) { degrees people { id } } }"
STEPS = 6


class World:
    """Who follows whom, as sets of keys."""

    def __init__(self, product, ids, edges, unseen=()):
        self.product, self.ids, self.unseen = product, ids, set(unseen)
        self.of = {key: {b for a, b in edges if a == key} for key in ids}

    def user(self, key) -> Person:
        access = self.product.served.parts.accounts.tokens.issue(self.ids[key], key)
        return Person(encode("User", self.ids[key]), f"u{key}", access.token)

    def suggested(self, key, first):
        """Rank everybody whom those followed follow; ties go to the older account."""
        mutuals = Counter(other for each in self.of[key] for other in self.of[each])
        ranked = sorted(mutuals, key=lambda other: (-mutuals[other], other))
        fit = [other for other in ranked if other != key and other not in self.of[key] and other not in self.unseen]
        return [(self.ids[other], mutuals[other]) for other in fit[:first]]

    def degrees(self, key, other):
        """Walk in breadth, at most six steps."""
        found, waiting = {key: 0}, deque([key])
        while waiting and other not in found:
            at = waiting.popleft()
            for each in self.of[at] if found[at] < STEPS else ():
                if each not in found:
                    found[each] = found[at] + 1
                    waiting.append(each)
        return found.get(other)


async def make(product, count, edges, unseen=()):
    ids = {key: new_id() for key in range(1, count + 1)}
    await product.cypher(
        """UNWIND $people AS row
        CREATE (:User {id: row[0], key: row[1], username: 'u' + row[1], usernameKey: 'u' + row[1], displayName: 'U', bio: '',
          private: false, discoverable: row[2], state: 'ACTIVE', createdAt: 0})
        RETURN count(*)""",
        people=[[id_, key, key not in unseen] for key, id_ in ids.items()],
    )
    await product.cypher(
        """UNWIND $edges AS edge
        MATCH (a:User {key: edge[0]}) MATCH (b:User {key: edge[1]})
        CREATE (a)-[:FOLLOWS {at: edge[0], follower: edge[0], followed: edge[1]}]->(b)
        RETURN count(*)""",
        edges=[list(edge) for edge in edges],
    )
    return World(product, ids, edges, unseen)


def scattered(chance, count, density):
    return {(a, b) for a in range(1, count + 1) for b in range(1, count + 1) if a != b and chance.random() < density}


def power_law(chance, count, links):
    """Let each follow some who came before, the more likely the more they are followed already, and some at random."""
    edges, ends = set(), [1, 2]
    for key in range(3, count + 1):
        for _ in range(links):
            followed = chance.choice(ends) if chance.random() < 0.8 else chance.randrange(1, key)
            if followed != key:
                edges.add((key, followed))
                ends += [followed, key]
            if chance.random() < 0.3:
                edges.add((followed, key)) if followed != key else None
    return edges


async def holds(world, key, first):
    found = (await world.product.run(SUGGESTIONS, world.user(key), first=first))["peopleYouMayKnow"]
    assert [(own_id(each["person"]["id"]), each["mutualCount"]) for each in found] == world.suggested(key, first)
    keys = {id_: each for each, id_ in world.ids.items()}
    for each in found:
        mutuals = {keys[own_id(mutual["id"])] for mutual in each["mutuals"]}
        truth = {mutual for mutual in world.of[key] if keys[own_id(each["person"]["id"])] in world.of[mutual]}
        assert len(each["mutuals"]) == len(mutuals) == min(3, each["mutualCount"])
        assert mutuals <= truth


@pytest.mark.parametrize("seed", range(4))
async def test_suggestions_and_degrees_equal_brute_force_on_random_graphs(product, seed):
    chance = random.Random(seed)
    count, density = 24, (0.02, 0.06, 0.12, 0.4)[seed]
    world = await make(product, count, scattered(chance, count, density), unseen=chance.sample(range(1, count + 1), 4))
    for key in range(1, count + 1, 3):
        await holds(world, key, chance.choice([1, 3, 10, 50]))
    for _ in range(30):
        one, other = chance.randrange(1, count + 1), chance.randrange(1, count + 1)
        await apart(world, one, other)


async def apart(world, one, other):
    found = (await world.product.run(APART, world.user(one), to=world.user(other).id))["degreesApart"]
    assert (found and found["degrees"]) == world.degrees(one, other)
    if found:
        keys = {id_: key for key, id_ in world.ids.items()}
        way = [keys[own_id(each["id"])] for each in found["people"]]
        assert (way[0], way[-1], len(way)) == (one, other, found["degrees"] + 1)
        assert all(after in world.of[before] for before, after in pairwise(way))


async def test_suggestions_and_degrees_equal_brute_force_where_a_few_are_followed_by_most(product):
    chance = random.Random(7)
    world = await make(product, 1_500, power_law(chance, 1_500, 6))
    busiest = sorted(world.of, key=lambda key: len(world.of[key]), reverse=True)[:5]
    for key in [*busiest, *chance.sample(range(1, 1_501), 15)]:
        await holds(world, key, 10)
    for _ in range(25):
        await apart(world, chance.randrange(1, 1_501), chance.randrange(1, 1_501))


async def test_a_follow_changes_the_suggestions_at_once(product):
    mira, jo, kim, lee = await product.people("mira", "jo2", "kim", "lee")
    await product.follow(jo, kim, lee)
    await product.follow(mira, jo)

    async def names():
        return [each["person"]["username"] for each in (await product.run(SUGGESTIONS, mira, first=10))["peopleYouMayKnow"]]

    assert await names() == ["kim", "lee"]
    await product.follow(mira, kim)
    assert await names() == ["lee"]
    await product.unfollow(mira, kim)
    assert await names() == ["kim", "lee"]


async def test_nobody_is_suggested_to_somebody_who_follows_nobody(product):
    mira = await product.sign_up("mira")
    assert (await product.run(SUGGESTIONS, mira, first=10))["peopleYouMayKnow"] == []


@pytest.mark.parametrize("first", [0, -1, 51])
async def test_from_one_to_fifty_are_suggested(product, first):
    mira = await product.sign_up("mira")
    assert (await product.ask(SUGGESTIONS, mira, first=first)).refusal == ("INVALID_INPUT", "first")


async def test_somebody_suspended_is_neither_suggested_nor_a_reason_nor_on_a_way(product):
    mira, jo, kim, lee = await product.people("mira", "jo2", "kim", "lee")
    await product.follow(mira, jo)
    await product.follow(jo, kim, lee)
    await product.suspend(kim)
    found = (await product.run(SUGGESTIONS, mira, first=10))["peopleYouMayKnow"]
    assert [each["person"]["username"] for each in found] == ["lee"]
    await product.suspend(jo)
    found = (await product.run(SUGGESTIONS, mira, first=10))["peopleYouMayKnow"]
    assert [each["mutuals"] for each in found] in ([], [[]])
    assert (await product.run(APART, mira, to=lee.id))["degreesApart"] is None
    assert (await product.run(APART, mira, to=jo.id))["degreesApart"] is None


@pytest.mark.parametrize(("given", "field"), [({"to": "nonsense"}, "toId"), ({"from": "nonsense"}, "fromId")])
async def test_bad_ends_of_a_way_name_their_field(product, given, field):
    mira = await product.sign_up("mira")
    assert (await product.ask(APART, mira, **{"to": mira.id, "from": mira.id} | given)).refusal == ("INVALID_INPUT", field)


async def test_nobody_is_at_the_end_of_no_way_and_everybody_is_with_themselves(product):
    mira, jo = await product.people("mira", "jo2")
    await product.follow(mira, jo)
    assert (await product.run(APART, mira, to=encode("User", new_id())))["degreesApart"] is None
    assert (await product.run(APART, mira, to=mira.id))["degreesApart"] == {"degrees": 0, "people": [{"id": mira.id}]}
    assert (await product.run(APART, to=jo.id, **{"from": mira.id}))["degreesApart"]["degrees"] == 1
    assert (await product.run(APART, jo, to=mira.id))["degreesApart"] is None
