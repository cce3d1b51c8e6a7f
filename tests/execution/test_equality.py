import orjson
import pytest

from tests.execution.pair import Pair
from tests.execution.toy import ODD, ToyContext, schema, small_world, user

EVERYTHING = """
query Everything($on: Boolean = true, $off: Boolean! = false, $first: Int = 2, $tag: String, $tag2: String! = "x", $near: Near) {
  __typename
  people(first: $first) {
    ...Basics
    best { ...Basics best { id name } }
    bestName bestAge bestHome { street } bestShouted
    friends { name pets { __typename ...PetParts } }
    home { street rooms }
    liked
    again: liked
    near(first: 1, tag: $tag, where: $near) { name best { name } }
    skipped: name @skip(if: $on)
    included: name @include(if: $on)
    ... @include(if: $off) { age }
    ... on Named { named: name __typename }
  }
  pet { ... on Dog { loud owner { name } } ... on Cat { lives } }
  named(ids: ["p1", "d1", "nothing", "c1"]) { __typename id name ... on Person { best { name liked } } ... on Cat { lives } }
  echo(where: {tag: $tag2, within: 4}, moods: [CALM])
}
fragment Basics on Person {
  id name nick alias street age score height brave born mood moods tags grid hue loud
}
fragment PetParts on Pet { ... on Named { id name } ... on Dog { loud owner { name } } }
"""


@pytest.fixture(scope="module")
def pair():
    return Pair(schema)


async def same(pair, text, variables=None, world=small_world):
    core, compiled = await pair.both(text, variables, lambda: ToyContext(world()))
    assert compiled == core
    return compiled


async def compiled(pair, text, variables=None, world=small_world):
    before = pair.ways().get("compiled", 0)
    result = await same(pair, text, variables, world)
    assert pair.ways().get("compiled", 0) == before + 1, pair.compiled.counts.by_way
    return result


async def test_a_long_operation_is_compiled_and_equal(pair):
    await compiled(pair, EVERYTHING)


@pytest.mark.parametrize(
    "variables", [{"on": False}, {"on": True, "off": True}, {"first": 0}, {"near": {"tag": "z", "moods": ["GLUM"]}}]
)
async def test_variables_choose_and_are_coerced_alike(pair, variables):
    await compiled(pair, EVERYTHING, variables)


@pytest.mark.parametrize("variables", [{"first": None}, {"on": None}, {"near": {}}, {"first": "x"}, {"tag": 5}])
async def test_refused_variables_are_refused_alike(pair, variables):
    await same(pair, EVERYTHING, variables)


def with_odd_value(name, value):
    def world():
        made = small_world()
        made.people["p1"] = user(1, **{name: value})
        return made

    return world


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in ODD.items() for value in values if not hasattr(value, "__next__")]
)
async def test_odd_values_are_answered_alike(pair, name, value):
    await same(pair, EVERYTHING, None, with_odd_value(name, value))


@pytest.mark.parametrize("failing", ["people", "pets", "liked", "loud", "near", "people field", "pet"])
async def test_failures_are_answered_alike(pair, failing):
    def world():
        made = small_world()
        made.failing.add(failing)
        return made

    await same(pair, EVERYTHING, None, world)


PARTS = "{ people(first: 4) { bestName bestAge sureName bestHome { street rooms } bestShouted best { name best { bestName } } } }"


async def test_parts_of_a_lookup_are_answered_alike(pair):
    found = await same(pair, PARTS)
    assert ["people", 0, "sureName"] in [path for _, path, *_ in found["errors"]]  # who has no best friend
    found = await compiled(pair, PARTS.replace("sureName", ""))
    assert orjson.loads(found["json"])["data"]["people"][1] == {
        "bestName": "Person 2", "bestAge": 22, "bestHome": {"street": "Street 2", "rooms": [1, 2]}, "bestShouted": "PERSON 2",
        "best": {"name": "Person 2", "best": {"bestName": None}},
    }


async def test_what_is_not_found_has_no_parts(pair):
    found = await compiled(pair, "{ people { bestName bestShouted } }", None, with_odd_value("best_id", "nobody"))
    assert orjson.loads(found["json"])["data"]["people"][1] == {"bestName": None, "bestShouted": None}
    assert (await same(pair, "{ people { sureName } }", None, with_odd_value("best_id", "nobody")))["errors"]


@pytest.mark.parametrize("failing", ["people", "loud"])
async def test_parts_that_fail_are_answered_alike(pair, failing):
    def world():
        made = small_world()
        made.failing.add(failing)
        return made

    assert (await same(pair, PARTS, None, world))["errors"]
