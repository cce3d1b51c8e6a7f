import ast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from execution.plan import compile_plan
from tests.execution.operations import operations
from tests.execution.pair import Pair
from tests.execution.test_plans import ways
from tests.execution.toy import ToyContext, schema, small_world
from tests.property_examples import examples
from web.execution import core_schema
from web.refusals import DocumentRefused

NAMES = [
    "__import__",
    "eval",
    "None",
    "yield",
    "rows",
    "run",
    "pending",
    "zip",
    "c1",
    "site_1",
    "__builtins__",
    "_" * 5_000,
    "True",
]


@pytest.mark.parametrize("name", NAMES)
async def test_any_alias_is_nothing_but_a_key(pair, name):
    text = f"{{ {name}: people {{ {name}: name f: friends {{ {name}: id }} }} }}"
    core, compiled = await pair.both(text, None, lambda: ToyContext(small_world()))
    assert compiled == core
    assert pair.ways() == {"compiled": 1}


TEXTS = [
    "'); import os; os.abort()",
    '"""',
    "\\",
    "\n    raise SystemExit",
    "{run}",
    "%s",
    "\u2028",
    "\x00",
    "é'\"",
    "x" * 10_000,
]


@pytest.mark.parametrize("text", TEXTS)
async def test_any_text_is_nothing_but_a_value(pair, text):
    document = f"query($t: String) {{ people {{ near(tag: $t) {{ name }} b: near(tag: {_literal(text)}) {{ name }} }} }}"
    core, compiled = await pair.both(document, {"t": text}, lambda: ToyContext(small_world()))
    assert compiled == core
    assert pair.ways() == {"compiled": 1}


@settings(max_examples=examples(100), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_generated_code_refers_to_nothing_but_what_it_was_given(data):
    """Whatever the document: calls go to names that the compiler bound, and attributes are those of the declarations."""
    pair = Pair(schema)
    text, variables = data.draw(operations(core_schema(schema), skip=frozenset({"whispered", "waits"})))
    try:
        prepared = pair.compiled.plans.prepared(pair.operation(text, variables))
    except DocumentRefused:
        return
    values = prepared.variables.coerced(variables)
    assert values is not None
    plan = compile_plan(prepared.options, prepared.document, prepared.operation, values)
    tree = ast.parse(plan.text)
    allowed = {
        "context",
        "look_up",
        "look_up_lists",
        "call",
        "type_names",
        "results",
        "values",
        "non_null_values",
        "to_parents",
        "id",
        "name",
        "nick",
        "home",
        "street",
        "rooms",
        "age",
        "score",
        "height",
        "brave",
        "born",
        "mood",
        "moods",
        "tags",
        "grid",
        "hue",
        "best_id",
        "friend_ids",
        "pet_ids",
        "loud",
        "owner_id",
        "lives",
    }
    assert {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} <= allowed
    assert not any(isinstance(node, ast.Import | ast.ImportFrom | ast.Global | ast.Lambda) for node in ast.walk(tree))
    assert all(isinstance(node, ast.FunctionDef) for node in tree.body)
    bound = {name for name in _globals(plan) if not name.startswith("__")}
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    written = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    assert read <= bound | written | {"rows", "run", "zip"}


async def test_thousands_of_fields_end_at_the_bound():
    pair = Pair(schema)
    fields = " ".join(f"a{number}: name" for number in range(2_000))
    assert await ways(pair, f"{{ people {{ {fields} }} }}") == {"not_compiled": 1}


async def test_fragments_that_multiply_are_compiled_once_each(pair):
    def ten(next_):
        return " ".join(f"a{number}: friends {{ ...{next_} }}" for number in range(10))

    text = f"{{ people {{ {ten('A')} }} }} fragment A on Person {{ {ten('B')} }} fragment B on Person {{ name {ten('C')} }}"
    operation = pair.operation(f"{text} fragment C on Person {{ name }}")
    prepared = pair.compiled.plans.prepared(operation)
    plan = prepared.plan(prepared.variables.coerced({}))
    assert plan.text.count("def ") < 300  # of 1,111 fields


def _literal(text: str) -> str:
    return '"' + "".join(each if each.isalnum() and each.isascii() else f"\\u{ord(each):04x}" for each in text) + '"'


def _globals(plan):
    return next(iter(plan.coroutines.values())).__globals__ if plan.coroutines else {}
