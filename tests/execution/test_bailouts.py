"""Why compiled code gives up is counted by cause and logged in samples, and a defect never passes for odd data."""

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from execution import columns, compiler, plans
from execution.bailout import Bailout, BailoutCause
from execution.bailouts import LOG_INTERVAL, Bailouts
from execution.columns import mapped
from execution.diagnosis import diagnose
from execution.execution_counts import Way
from execution.source import Line, Source
from tests.execution.pair import Pair, answer
from tests.execution.toy import DogRow, PersonRow, ToyContext, schema, small_world, user

PAGE = "{ people(first: 2) { name best { name } } }"
IDS = "{ people(first: 2) { id } }"


class Later:
    """Something to await that a row should not have."""

    def __await__(self):
        yield from ()
        return "later"


class Raising(PersonRow):
    """A row whose property raises."""

    __slots__ = ()
    __init__ = object.__init__

    @property
    def name(self):
        raise ValueError("secret")


def with_person(**odd):
    world = small_world()
    world.people["p1"] = user(1, **odd)
    return world


def with_row(row):
    world = small_world()
    world.people["p1"] = row
    return world


def with_failure(name):
    world = small_world()
    world.failing.add(name)
    return world


ODD = [
    (BailoutCause.RESOLVER_ERROR, "Query.people", "{ people { name } }", lambda: with_failure("people field")),
    (BailoutCause.RESOLVER_ERROR, "Person.best", "{ people { best { name } } }", lambda: with_failure("people")),
    (BailoutCause.RESOLVER_ERROR, "Person.loud", "{ people { loud } }", lambda: with_failure("loud")),
    (BailoutCause.RESOLVER_ERROR, "Person.name", "{ people { name } }", lambda: with_person(name=ValueError("secret"))),
    (BailoutCause.RESOLVER_ERROR, "Person.name", '{ named(ids: ["p1"]) { name } }', lambda: with_row(Raising())),
    (BailoutCause.NULL, "Person.name", "{ people { name } }", lambda: with_person(name=None)),
    (BailoutCause.NULL, "Person.sure", "{ people { sure { name } } }", lambda: with_person(best_id=None)),
    (BailoutCause.WRONG_TYPE, "Person.age", "{ people { age } }", lambda: with_person(age="secret")),
    (BailoutCause.WRONG_TYPE, "Person.mood", "{ people { mood } }", lambda: with_person(mood="secret")),
    (BailoutCause.WRONG_ROW, "Query.people", "{ people { name } }", lambda: with_row(DogRow("d", "Rex", loud=True, owner_id=1))),
    (BailoutCause.MISSING_ATTRIBUTE, "Home.street", "{ people { home { street } } }", lambda: with_person(home=5)),
    (BailoutCause.OUT_OF_RANGE, "Person.age", "{ people { age } }", lambda: with_person(age=2**31)),
    (BailoutCause.NOT_A_LIST, "Person.tags", "{ people { tags } }", lambda: with_person(tags={"secret"})),
    (BailoutCause.WRONG_KEY, "Person.best", "{ people { best { name } } }", lambda: with_person(best_id=["secret"])),
    (BailoutCause.WRONG_KEY, "Person.friends", "{ people { friends { name } } }", lambda: with_person(friend_ids=[None])),
    (BailoutCause.REFUSED_COLUMN, "Person.id", "{ people { id } }", lambda: with_person(id=5)),
    (BailoutCause.AWAITABLE, "Person.name", "{ people { name } }", lambda: with_person(name=Later())),
    (BailoutCause.REFUSED_ARGUMENT, "Query.people", "query($n: Int = 1) { people(first: $n) { name } }", small_world),
    (BailoutCause.NOT_JSON, "Person", "{ people { name } }", lambda: with_person(name="\ud800")),
]


@pytest.mark.parametrize(("cause", "field", "text", "world"), ODD, ids=[f"{cause} {field}" for cause, field, _, _ in ODD])
async def test_each_cause_is_counted_and_logged_with_the_field_but_no_value(pair, cause, field, text, world):
    registry = CollectorRegistry()
    pair.compiled.publish(registry, "rookery")
    with capture_logs() as lines:
        core, compiled = await pair.both(text, {"n": None} if "$n" in text else None, lambda: ToyContext(world()))
    assert compiled == core
    assert pair.ways() == {Way.BAILED_OUT: 1}
    assert pair.compiled.bailouts.by_cause == {cause: 1}
    assert registry.get_sample_value("rookery_bailouts_total", {"cause": cause}) == 1
    (line,) = lines
    level = "debug" if cause in (BailoutCause.RESOLVER_ERROR, BailoutCause.REFUSED_ARGUMENT) else "warning"
    assert (line["log_level"], line["cause"], line["operation"]) == (level, cause, "query")
    assert line["root_fields"] == ("Query.named" if "named" in text else "Query.people",)
    assert line["field"] == field
    assert "secret" not in repr(line)


async def test_a_missing_attribute_is_named(pair):
    with capture_logs() as lines:
        await pair.compiled.execute(pair.operation("{ people { home { street } } }"), ToyContext(with_person(home=5)))
    assert [line["attribute"] for line in lines] == ["street"]


def test_every_cause_but_a_defect_has_such_an_operation():
    assert {cause for cause, *_ in ODD} == set(BailoutCause) - {BailoutCause.DEFECT}


@pytest.fixture
async def expected():
    """The right answer to `PAGE`."""
    pair = Pair(schema)
    return answer(await pair.core.execute(pair.operation(PAGE), ToyContext(small_world())))


async def defect(pair, expected, page=PAGE):
    """Run a page by code with a defect: the answer is right, and the defect is counted and logged."""
    world = small_world()
    with capture_logs() as lines:
        found = answer(await pair.compiled.execute(pair.operation(page), ToyContext(world)))
    assert found == expected
    assert world.happened == ["people 2 None"]
    assert pair.compiled.bailouts.by_cause == {BailoutCause.DEFECT: 1}
    (line,) = lines
    assert line["log_level"] == "error"
    return line


async def test_a_name_error_of_generated_code_is_a_defect(pair, expected, monkeypatch):
    write = Source.function
    broken = [Line("undefined")]
    monkeypatch.setattr(Source, "function", lambda self, name, about, body: write(self, name, about, [*broken, *body]))
    line = await defect(pair, expected)
    assert line["exception"].endswith("NameError: name 'undefined' is not defined")
    assert 'File "<plan>"' in line["exception"]


async def test_a_wrong_method_of_generated_code_is_a_defect(pair, expected, monkeypatch):
    monkeypatch.setattr(compiler, "_values_method", lambda _how, _site: "nonsense")
    line = await defect(pair, expected)
    assert (line["field"], "nonsense" in line["exception"]) == ("Person.best", True)


async def test_a_type_error_of_the_library_is_a_defect(pair, expected, monkeypatch):
    monkeypatch.setattr("execution.run.resolver_of", lambda _run, _site: lambda: None)
    line = await defect(pair, expected)
    assert "TypeError" in line["exception"]


async def test_a_wrong_attribute_passes_for_odd_data_only_until_graphql_core_finds_no_error(pair, expected, monkeypatch):
    monkeypatch.setattr(compiler, "attribute_path", lambda name: f"{name}_nonsense")
    line = await defect(pair, expected)
    assert (line["cause"], "exception" in line) == (BailoutCause.MISSING_ATTRIBUTE, False)


async def test_a_check_that_refuses_good_rows_is_a_defect(pair, expected, monkeypatch):
    def refuse(_column):
        raise Bailout(BailoutCause.WRONG_ROW)

    monkeypatch.setattr("execution.completion.rows_of", lambda _is_type_of: refuse)
    line = await defect(pair, expected)
    assert line["cause"] == BailoutCause.WRONG_ROW


@pytest.fixture
async def expected_ids():
    """The right answer to `IDS`."""
    pair = Pair(schema)
    return answer(await pair.core.execute(pair.operation(IDS), ToyContext(small_world())))


async def test_a_mapped_function_that_cannot_be_called_is_a_defect(pair, expected_ids, monkeypatch):
    monkeypatch.setattr(compiler, "mapped", lambda _function: mapped(None))  # type: ignore[arg-type]
    line = await defect(pair, expected_ids, IDS)
    assert (line["field"], "'NoneType' object is not callable" in line["exception"]) == ("Person.id", True)


async def test_a_mapped_function_that_is_given_no_column_is_a_defect(pair, expected_ids, monkeypatch):
    monkeypatch.setattr(compiler, "mapped", lambda function: lambda _column: mapped(function)(None))  # type: ignore[arg-type]
    await defect(pair, expected_ids, IDS)


async def test_a_leaf_that_was_not_completed_is_a_defect_and_not_odd_data(pair, expected_ids, monkeypatch):
    monkeypatch.setattr(compiler, "mapped", lambda _function: lambda column: [object() for _ in column])
    line = await defect(pair, expected_ids, IDS)
    assert line["cause"] == BailoutCause.NOT_JSON


async def test_a_lookup_that_is_given_no_column_of_keys_is_a_defect(pair, expected, monkeypatch):
    monkeypatch.setattr("execution.batching.Lookup.all_keys", lambda _self: None)
    line = await defect(pair, expected)
    assert (line["field"], "TypeError" in line["exception"]) == ("Person.best", True)


def test_a_defect_in_a_group_is_found_behind_what_failed_with_it():
    errors = [ValueError("secret"), ExceptionGroup("inner", [Bailout(BailoutCause.NULL), raised(lambda: columns.flat(5))])]  # type: ignore[arg-type]
    diagnosis = diagnose(ExceptionGroup("several", errors), ())
    assert (diagnosis.cause, type(diagnosis.error)) == (BailoutCause.DEFECT, TypeError)


def raised(call):
    with pytest.raises(TypeError) as found:
        call()
    return found.value


async def test_an_exception_of_the_compiler_is_a_defect_and_happens_once(pair, expected, monkeypatch):
    def fail(*_of):
        raise ValueError("secret")

    monkeypatch.setattr(plans, "compile_plan", fail)
    line = await defect(pair, expected)
    assert line["exception"].endswith("ValueError")
    assert answer(await pair.compiled.execute(pair.operation(PAGE), ToyContext(small_world()))) == expected
    assert pair.ways() == {Way.NOT_COMPILED: 2}
    assert pair.compiled.bailouts.by_cause == {BailoutCause.DEFECT: 1}


async def test_the_first_of_each_operation_is_logged_and_then_one_a_minute_for_a_cause():
    now = [0.0]
    pair = Pair(schema)
    pair.compiled.bailouts = Bailouts(lambda: now[0])

    async def logged(text, **odd):
        with capture_logs() as lines:
            await pair.compiled.execute(pair.operation(text), ToyContext(with_person(**odd)))
        return [line["cause"] for line in lines]

    one, other = "{ people { name } }", "{ people { name age } }"
    assert await logged(one, name=None) == ["null"]
    assert await logged(one, name=None) == []
    assert await logged(other, name=None) == ["null"]
    assert await logged(other, age="x") == ["wrong_type"]
    now[0] = LOG_INTERVAL - 1
    assert await logged(one, name=None) == []
    now[0] = LOG_INTERVAL
    assert await logged(one, name=None) == ["null"]
    assert await logged(other, name=None) == []
    assert pair.compiled.bailouts.by_cause == {"null": 6, "wrong_type": 1}


async def test_what_compiles_counts_no_cause(pair):
    outcome = await pair.compiled.execute(pair.operation(PAGE), ToyContext(small_world()))
    assert outcome.json is not None
    assert pair.compiled.bailouts.by_cause == {}
