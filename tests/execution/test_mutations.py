from tests.execution.pair import answer
from tests.execution.toy import ToyContext, small_world, user

TWICE = """mutation {
  a: raiseScore { score person { score best { name } } }
  __typename
  b: raiseScore(by: 5) { score person { score } }
}"""


async def run(pair, text, variables=None, **odd):
    worlds = []

    def context():
        world = small_world()
        world.people["p1"] = user(1, **odd)
        worlds.append(world)
        return ToyContext(world)

    core, compiled = await pair.both(text, variables, context)
    assert compiled == core
    assert worlds[0].happened == worlds[1].happened
    return compiled, worlds[1]


async def test_root_fields_run_one_after_the_other(pair):
    result, world = await run(pair, TWICE)
    assert world.happened == ["raised p1 2", "raised p1 7"]
    assert b'"a":{"score":2,"person":{"score":2' in result["json"]
    assert pair.ways() == {"compiled": 1}


async def test_each_selection_reads_before_the_next_effect(pair):
    result, _ = await run(pair, TWICE.replace("__typename", "__typename fail { score }"))
    assert pair.ways() == {"bailed_out": 1}
    assert b'"a":{"score":2,"person":{"score":2' in result["json"]
    assert b'"b":{"score":7' in result["json"]


async def test_an_effect_happens_once_when_its_selection_bails_out(pair):
    _, world = await run(pair, TWICE, name=None, best_id="p1")
    assert world.happened == ["raised p1 2", "raised p1 7"]
    assert pair.ways() == {"bailed_out": 1}


async def test_a_failed_effect_is_not_tried_again(pair):
    _, world = await run(pair, "mutation { a: raiseScore { score } failHard { score } b: raiseScore { score } }")
    assert world.happened == ["raised p1 2", "failed hard"]


async def test_arguments_that_are_refused_when_they_run_are_refused_alike(pair):
    text = "mutation($by: Int = 3) { a: raiseScore { score } b: raiseScore(by: $by) { score } }"
    _, world = await run(pair, text, {"by": None})
    assert world.happened == ["raised p1 2"]


async def test_the_outcome_of_a_bailout_is_data_and_errors(pair):
    operation = pair.operation("mutation { fail { score } }")
    outcome = await pair.compiled.execute(operation, ToyContext(small_world()))
    assert (outcome.json, outcome.data, outcome.started) == (None, {"fail": None}, True)
    assert answer(outcome)["errors"]
