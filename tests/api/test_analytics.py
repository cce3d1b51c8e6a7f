"""Named analytics for clients: who may ask, what is answered, and what it asks of the stores."""

import asyncio
import shutil

import httpx
import pytest

from analytics.questions.asking import CHILD
from graph.rows.roles import AccountRole
from tests.api.product import Person
from tests.api.programs import program_of
from tests.questions.small_world import EPOCH, by_chance
from tests.worlds.processes import children_with
from tests.worlds.waiting import until

DEGREES = """{ analytics { degrees { name question engine columns { name type meaning unit } rows mark epoch seconds } } }"""
ACTIVITY = "query ($buckets: Int!) { analytics { activity(by: MONTH, buckets: $buckets) { rows } } }"


@pytest.fixture(scope="module")
def copy():
    return by_chance(3, people=60, acts=400)


@pytest.fixture
def exported(product, copy):
    folder = product.served.parts.services.asking.folder
    copy.snapshot(folder)
    yield folder
    shutil.rmtree(folder)


async def analyst(product, *scopes) -> Person:
    """Make an analyst, and give them as their program."""
    ada = await product.sign_up("ada")
    await product.served.parts.accounts.roles.grant_by_operator("ada", AccountRole.ANALYST, "A test.")
    return (await program_of(product, ada, *scopes))[0] if scopes else ada


async def test_an_analyst_is_answered_with_a_table(product, exported):
    ada = await analyst(product, "ANALYTICS")
    table = (await product.run(DEGREES, ada))["analytics"]["degrees"]
    assert [column["name"] for column in table["columns"]] == ["direction", "from", "to", "people", "fraction"]
    assert table["rows"] and all(len(row) == 5 and row[3] % 5 == 0 for row in table["rows"])
    assert (table["mark"], table["epoch"], table["engine"]) == ("2026-11-12T07:30:00.000Z", EPOCH, "POLARS")
    product.round_trips.clear()
    assert (await product.run(DEGREES, ada))["analytics"]["degrees"] == table
    assert len(product.round_trips.graph) == 0
    assert len(product.round_trips.redis) <= 2  # the token, and the role


async def test_only_analysts_may_ask_and_their_programs_with_the_scope(product, exported):
    ada = await analyst(product)
    mira = await product.sign_up("mira")
    assert (await product.ask(DEGREES)).code == "UNAUTHENTICATED"
    refused = await product.ask(DEGREES, mira)
    assert (refused.code, refused.errors[0]["extensions"]["role"]) == ("FORBIDDEN", "ANALYST")
    reader, _ = await program_of(product, ada, "READ")
    refused = await product.ask(DEGREES, reader)
    assert (refused.code, refused.errors[0]["extensions"]["scope"]) == ("FORBIDDEN", "ANALYTICS")
    program, _ = await program_of(product, ada, "ANALYTICS")
    await product.served.parts.accounts.roles.revoke_by_operator("ada", AccountRole.ANALYST, "A test.")
    assert (await product.ask(DEGREES, program)).code == "FORBIDDEN"


async def test_a_wrong_parameter_leaves_other_questions_their_answers(product, exported):
    ada = await analyst(product)
    answer = await product.ask("{ analytics { activity(buckets: 0) { rows } degrees { rows } } }", ada)
    assert answer.refusal == ("INVALID_INPUT", "buckets")
    assert answer.data["analytics"]["activity"] is None and answer.data["analytics"]["degrees"]["rows"]


async def test_without_a_copy_it_is_unavailable(product):
    ada = await analyst(product)
    answer = await product.ask(DEGREES, ada)
    assert answer.code == "UNAVAILABLE" and str(product.served.parts.services.asking.folder) not in str(answer.errors)


async def test_all_questions_of_an_operation_are_answered_also_where_none_was_before(product, exported):
    ada = await analyst(product)
    told = (await product.run("{ analytics { degrees { rows } reciprocity { rows } components { rows } } }", ada))["analytics"]
    assert len(told) == 3 and all(table["rows"] for table in told.values())


async def test_counting_ends_when_the_client_leaves(product, exported):
    ada = await analyst(product)
    body, headers = {"query": ACTIVITY, "variables": {"buckets": 17}}, {"authorization": f"Bearer {ada.token}"}
    async with httpx.AsyncClient(trust_env=False) as http:
        asked = asyncio.create_task(http.post(f"{product.served.url}/graphql", json=body, headers=headers))
        await until(lambda: children_with(CHILD))
        asked.cancel()
    await until(lambda: not children_with(CHILD))
