from itertools import product

import pytest

from execution import plans
from execution.compiler import MAX_FIELDS
from execution.execution_counts import Way
from execution.plans import MAX_OUTCOMES
from tests.execution.pair import Pair
from tests.execution.toy import ToyContext, schema, small_world
from web.request_parser import RequestParser


async def ways(pair, text, variables=None, *, times=1):
    before = dict(pair.compiled.counts.by_way)
    for _ in range(times):
        await pair.compiled.execute(pair.operation(text, variables), ToyContext(small_world()))
    return {way: count - before.get(way, 0) for way, count in pair.ways().items() if count != before.get(way, 0)}


async def test_an_operation_is_compiled_with_its_second_request():
    pair = Pair(schema, compile_after=2)
    assert await ways(pair, "{ pet { __typename } }", times=3) == {Way.NOT_YET_COMPILED: 1, Way.COMPILED: 2}


async def test_a_trusted_document_is_compiled_with_its_first_request():
    pair = Pair(schema, compile_after=2)
    pair.documents.trust("{ pet { __typename } }")
    assert await ways(pair, "{ pet { __typename } }") == {Way.COMPILED: 1}


async def test_trusted_documents_are_compiled_at_start_for_each_outcome(monkeypatch):
    pair = Pair(schema, compile_after=2)
    text = """query A($if: Boolean!, $or: Boolean = true) { echo @skip(if: $if) pet @include(if: $or) { __typename } }
    query B { echo }"""
    pair.documents.trust(text)
    pair.compiled.warm(RequestParser(pair.documents).trusted_operations())
    monkeypatch.setattr(plans, "compile_plan", None)  # nothing is left to compile
    for if_, or_ in product((True, False), repeat=2):
        await pair.compiled.execute(pair.operation(text, {"if": if_, "or": or_}, "A"), ToyContext(small_world()))
    await pair.compiled.execute(pair.operation(text, None, "B"), ToyContext(small_world()))
    assert pair.ways() == {Way.COMPILED: 5}


async def test_a_trusted_document_with_too_many_outcomes_or_without_a_plan_does_not_stop_the_start():
    pair = Pair(schema, compile_after=2)
    names = [f"v{number}" for number in range(MAX_OUTCOMES.bit_length())]
    fields = " ".join(f"{name}: echo @skip(if: ${name})" for name in names)
    many = f"query({', '.join(f'${name}: Boolean!' for name in names)}) {{ {fields} }}"
    for text in (many, "{ people { whispered } }"):
        pair.documents.trust(text)
    pair.compiled.warm(RequestParser(pair.documents).trusted_operations())
    assert await ways(pair, many, dict.fromkeys(names, False)) == {Way.COMPILED: 1}
    assert await ways(pair, "{ people { whispered } }") == {Way.NOT_COMPILED: 1}


async def test_untrusted_documents_do_not_displace_trusted_plans(monkeypatch):
    pair = Pair(schema, capacity=2)
    pair.documents.trust("{ echo }")
    pair.compiled.warm(RequestParser(pair.documents).trusted_operations())
    for number in range(10):
        await ways(pair, f"{{ a{number}: echo }}")
    assert len(pair.compiled.plans) == 2 + 1
    monkeypatch.setattr(plans, "compile_plan", None)
    assert await ways(pair, "{ echo }") == {Way.COMPILED: 1}


async def test_operations_of_a_document_have_their_own_plans(pair):
    text = "query A { a: echo } query B { b: echo }"
    for name in ("A", "B", "A"):
        outcome = await pair.compiled.execute(pair.operation(text, None, name), ToyContext(small_world()))
        assert f'"{name.lower()}"'.encode() in outcome.json
    assert len(pair.compiled.plans) == 2


async def test_the_least_recently_used_operations_are_dropped():
    pair = Pair(schema, capacity=5)
    for number in range(20):
        await ways(pair, f"{{ a{number}: echo }}")
    assert len(pair.compiled.plans) == 5


async def test_outcomes_of_choices_are_bounded(pair):
    names = [f"v{number}" for number in range(5)]
    fields = " ".join(f"{name}: echo @skip(if: ${name})" for name in names)
    text = f"query({', '.join(f'${name}: Boolean!' for name in names)}) {{ {fields} }}"
    for number in range(32):
        await ways(pair, text, {name: bool(number >> at & 1) for at, name in enumerate(names)})
    assert pair.ways() == {Way.COMPILED: MAX_OUTCOMES, Way.NOT_COMPILED: 32 - MAX_OUTCOMES}


@pytest.mark.parametrize(
    "text", ["{ people { whispered } }", "{ __schema { queryType { name } } }", '{ __type(name: "Pet") { name } echo }']
)
async def test_what_is_not_declared_is_left_to_graphql_core(pair, text):
    assert await ways(pair, text, times=2) == {Way.NOT_COMPILED: 2}


async def test_a_huge_operation_is_left_to_graphql_core(pair):
    text = f"{{ {' '.join(f'a{number}: echo' for number in range(MAX_FIELDS + 1))} }}"
    assert await ways(pair, text) == {Way.NOT_COMPILED: 1}


async def test_what_became_of_operations_is_a_metric(pair):
    from prometheus_client import CollectorRegistry

    registry = CollectorRegistry()
    pair.compiled.publish(registry, "rookery")
    await ways(pair, "{ echo }", times=2)
    assert registry.get_sample_value("rookery_executions_total", {"way": "compiled"}) == 2


async def test_memory_is_bounded_by_the_size_of_documents_and_plans(monkeypatch):
    monkeypatch.setattr(plans, "MAX_TEXT", 5_000)
    pair = Pair(schema)
    for number in range(20):
        await ways(pair, f"{{ people {{ a{number}: name best {{ name friends {{ name }} }} }} }}")
    assert 1 < len(pair.compiled.plans) < 10
    cache = pair.compiled.plans
    assert cache._plan_size == sum(each.size for each in cache._untrusted.values() if isinstance(each, plans.Prepared))
    monkeypatch.setattr(plans, "MAX_DOCUMENTS", 300)
    await ways(pair, "{ echo }" + " " * 280)
    assert len(pair.compiled.plans) == 1
