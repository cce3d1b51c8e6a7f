import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from prometheus_client import CollectorRegistry

from execution.instrumentation import FieldMetrics, Instrumentation, instrumentation_of
from execution.instrumented import InstrumentedExecutor
from execution.plan import Plan
from execution.run import Run
from execution.tracing import OpenTelemetry
from tests.execution.pair import Pair, answer
from tests.execution.test_equality import EVERYTHING
from tests.execution.test_subscriptions import MET, events
from tests.execution.toy import ToyContext, schema, small_world
from web.execution import Outcome, core_schema

LOOK_UPS = """{ people(first: 2) { name best { name } friends { name } near(first: 1) { name } loud } }"""


class Instrumented:
    """A pair whose compiled executor is instrumented, and what was measured."""

    def __init__(self):
        self.registry = CollectorRegistry()
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        instrumentation = Instrumentation("rookery", FieldMetrics(self.registry, "rookery"), OpenTelemetry("rookery", provider))
        self.pair = Pair(schema)
        self.pair.compiled = InstrumentedExecutor(core_schema(schema), self.pair.core, Outcome, instrumentation, compile_after=1)

    async def run(self, text, failing=(), variables=None):
        world = small_world()
        world.failing |= set(failing)
        return await self.pair.compiled.execute(self.pair.operation(text, variables), ToyContext(world))

    def metric(self, name, field):
        return self.registry.get_sample_value(f"rookery_field_{name}_total", {"field": field})

    @property
    def spans(self):
        return self.exporter.get_finished_spans()

    def named(self, name):
        return [span for span in self.spans if span.name == name]


@pytest.fixture
def instrumented():
    return Instrumented()


def plans(executor) -> list[Plan]:
    return [plan for prepared in executor.plans._untrusted.values() for plan in prepared.plans.values()]


async def test_instrumentation_changes_nothing_of_the_code(instrumented, pair):
    await instrumented.run(EVERYTHING)
    await pair.compiled.execute(pair.operation(EVERYTHING), ToyContext(small_world()))
    ((one,), (other,)) = plans(instrumented.pair.compiled), plans(pair.compiled)
    assert one.text == other.text


async def test_a_plan_without_instrumentation_has_no_instruments(pair):
    await pair.compiled.execute(pair.operation(LOOK_UPS), ToyContext(small_world()))
    (plan,) = plans(pair.compiled)
    names = next(iter(plan.coroutines.values())).__globals__
    sites = [value for name, value in names.items() if name.startswith("site_")]
    sites += [site for name, value in names.items() if name.startswith("sites_") for site in value]
    assert len(sites) == 4
    assert {site.instrument for site in sites} == {None}
    assert type(pair.compiled._new_run(None, None, None)) is Run


def test_nothing_is_measured_unless_it_is_asked_for():
    assert instrumentation_of(CollectorRegistry(), "rookery", field_metrics=False, tracing=False) is None
    assert instrumentation_of(CollectorRegistry(), "rookery", field_metrics=False, tracing=True) is not None


async def test_lookups_and_calls_are_counted_by_field(instrumented):
    outcome = await instrumented.run(LOOK_UPS)
    assert outcome.json is not None
    fields = {"Query.people": 1, "Person.best": 1, "Person.friends": 6, "Person.near": 2}
    assert {field: instrumented.metric("rows", field) for field in fields} == fields
    assert {instrumented.metric("lookups", field) for field in fields} == {1}
    assert {instrumented.metric("failures", field) for field in fields} == {0}
    assert all(instrumented.metric("seconds", field) > 0 for field in fields)


async def test_each_field_that_shares_a_lookup_is_counted(instrumented):
    await instrumented.run("{ people(first: 2) { bestName bestAge } }")
    await instrumented.run("{ people(first: 2) { bestName bestAge } }", failing=["people"])
    for field in ("Person.bestName", "Person.bestAge"):
        assert [instrumented.metric(name, field) for name in ("lookups", "rows", "failures")] == [2, 2, 1]
    assert len(instrumented.named("look up PeopleById")) == 2


async def test_attributes_and_functions_are_not_counted(instrumented):
    await instrumented.run(LOOK_UPS)
    assert instrumented.metric("rows", "Person.name") is None
    assert instrumented.metric("rows", "Person.loud") is None


async def test_what_is_known_already_is_counted_without_time(instrumented):
    world = small_world()
    context = ToyContext(world)
    context.loaders.people.prime(world.people)
    await instrumented.pair.compiled.execute(instrumented.pair.operation("{ people(first: 3) { best { name } } }"), context)
    assert world.fetched == []
    found = [instrumented.metric(name, "Person.best") for name in ("lookups", "rows", "seconds", "failures")]
    assert found == [1, 2, 0, 0]


@pytest.mark.parametrize(("failing", "field"), [("people", "Person.best"), ("near", "Person.near"), ("pet", "Query.pet")])
async def test_failures_are_counted_and_the_answer_is_as_ever(instrumented, failing, field):
    text = "{ people(first: 2) { best { name } near { name } } pet { __typename } }"
    outcome = await instrumented.run(text, [failing])
    world = small_world()
    world.failing.add(failing)
    core = await instrumented.pair.core.execute(instrumented.pair.operation(text), ToyContext(world))
    assert answer(outcome) == answer(core)
    assert instrumented.metric("failures", field) == 1


async def test_labels_are_names_of_the_schema_only(instrumented):
    named = 'named(ids: ["p1"]) { ... on Person { best { id } } }'
    await instrumented.run(f"{{ mine: people(first: 1) {{ theirs: best {{ ours: name }} }} {named} }}")
    labels = {sample.labels["field"] for metric in instrumented.registry.collect() for sample in metric.samples}
    assert labels == {"Query.people", "Person.best", "Query.named"}


async def test_spans_are_an_operation_its_batch_steps_and_what_they_wait_for(instrumented):
    await instrumented.run("query Mine { people(first: 2) { best { name } near { name } } }")
    (operation,) = instrumented.named("query")
    assert operation.attributes == {"graphql.operation.type": "query"}
    first, second = instrumented.named("batch step")
    assert {step.parent.span_id for step in (first, second)} == {operation.context.span_id}
    below = {span.name: span.parent.span_id for span in instrumented.spans if span.name not in {"query", "batch step"}}
    assert below == {
        "call Query.people": first.context.span_id,
        "look up PeopleById": second.context.span_id,
        "call Person.near": second.context.span_id,
    }
    (lookup,) = instrumented.named("look up PeopleById")
    assert lookup.attributes == {"rookery.fields": "Person.best", "rookery.keys": 1}


async def test_the_name_of_a_trusted_operation_is_recorded(instrumented):
    instrumented.pair.documents.trust("query Ours { echo }")
    await instrumented.run("query Ours { echo }")
    (operation,) = instrumented.named("query")
    assert operation.attributes["graphql.operation.name"] == "Ours"


async def test_failed_spans_say_so_without_the_message(instrumented):
    await instrumented.run("{ people(first: 2) { best { name } near { name } } }", ["people", "near"])
    failed = [span for span in instrumented.spans if span.status.status_code is StatusCode.ERROR]
    assert sorted(span.name for span in failed) == ["call Person.near"] * 2 + ["look up PeopleById"]
    assert all(span.status.description is None and not span.events for span in failed)


async def test_what_graphql_core_runs_has_the_span_of_its_operation(instrumented):
    await instrumented.run("{ people { whispered } }")
    assert [span.name for span in instrumented.spans] == ["query"]


async def test_each_event_of_a_subscription_has_a_span(instrumented):
    found = await events(instrumented.pair.compiled, instrumented.pair.operation(MET), small_world())
    assert found == await events(instrumented.pair.core, instrumented.pair.operation(MET), small_world())
    assert [span.attributes["graphql.operation.type"] for span in instrumented.named("event")] == ["subscription"] * 2
    assert instrumented.metric("rows", "Person.near") == 2
