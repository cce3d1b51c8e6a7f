import gc
import re
import weakref

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_object_type

from errors import QueryTooExpensive
from execution.admission import Admission
from execution.costs import CALL, LOOK_UP, ROWS, Costs
from feeds.windows import FIRST_MAX
from schema.build import build_schema
from services.settings import Settings
from tests.clients.pages import ROOT
from tests.execution import test_product as product
from tests.execution.pair import Pair
from tests.execution.toy import ToyContext, schema, small_world
from web.execution import core_schema

MAXIMUM = Settings.model_fields["max_price"].default
PRODUCT = build_schema()
DEEP = "{ homeTimeline(first: 100) { edges { node { replies(first: 100) { edges { node { %s } } } } } } }"


def toy_admission(maximum):
    return Admission(Costs(core_schema(schema), FIRST_MAX), maximum, QueryTooExpensive)


@pytest.fixture(scope="module")
def shop():
    """Documents of the product, and what admits them."""
    return Pair(PRODUCT), Admission(Costs(core_schema(PRODUCT), FIRST_MAX), MAXIMUM, QueryTooExpensive)


async def test_an_operation_above_the_maximum_is_refused_with_price_and_maximum(pair):
    operation = pair.operation("{ people(first: 7) { name } }")
    with pytest.raises(QueryTooExpensive) as refused:
        await toy_admission(11).admit(operation, None)
    assert refused.value.extensions == {"code": "QUERY_TOO_EXPENSIVE", "price": CALL + 7 * LOOK_UP, "maximum": 11}
    await toy_admission(CALL + 7 * LOOK_UP).admit(operation, None)


async def test_the_price_follows_the_variables_of_each_request(pair):
    admission = toy_admission(100)
    text = "query A($first: Int!) { people(first: $first) { name } } query B { echo }"
    prices = [admission.price(pair.operation(text, {"first": first}, "A")) for first in (1, 9, 1)]
    assert prices == [CALL + 1, CALL + 9, CALL + 1]
    assert admission.price(pair.operation(text, None, "B")) == CALL


async def test_the_price_is_the_same_whoever_runs_the_operation(pair):
    admission = toy_admission(1_000)
    operation = pair.operation("{ people(first: 2) { near(first: 3) { name } } }")
    prices = []
    for executor in (pair.core, pair.compiled, pair.compiled):
        await admission.admit(operation, None)
        await executor.execute(operation, ToyContext(small_world()))
        prices.append(admission.price(operation))
    assert prices == [CALL + 2 * (1 + CALL + 3)] * 3


async def test_prices_are_forgotten_with_their_documents():
    pair, admission = Pair(schema), toy_admission(1_000)
    operation = pair.operation("{ echo }")
    admission.price(operation)
    document = weakref.ref(operation.document)
    assert len(admission._prices._prices) == 1
    del operation, pair
    gc.collect()
    assert document() is None and len(admission._prices._prices) == 0


def test_pages_in_pages_in_pages_are_refused(shop):
    pair, admission = shop
    deepest = "replies(first: 100) { edges { node { id } } }"
    assert admission.price(pair.operation(DEEP % deepest)) > 1_000_000
    assert admission.price(pair.operation(DEEP % "id")) > MAXIMUM
    assert admission.price(pair.operation((DEEP % "id").replace("100", "20"))) < MAXIMUM / 10


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (product.HOME, {}),
        (product.USER, {"name": "ana"}),
        (product.NODES, {"ids": ["x"] * 100}),
        (product.NEAR, {"a": "x"}),
        (product.SIGN_UP, {}),
        (product.POST, {}),
        (product.FOLLOW, {}),
        (product.LIKE, {}),
    ],
)
def test_the_products_pages_cost_far_less_than_the_maximum(shop, text, variables):
    pair, admission = shop
    assert admission.price(pair.operation(text, variables)) < MAXIMUM / 5


@pytest.mark.parametrize("page", ["README.md", "docs/api.md"])
def test_so_do_the_examples_of_the_documentation(shop, page):
    pair, admission = shop
    examples = re.findall(r"^```graphql\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert examples
    for text in examples:
        for name in pair.documents.get(text).operations:
            assert admission.price(pair.operation(text, None, name)) < MAXIMUM / 5


def test_the_ids_of_nodes_are_counted(shop):
    pair, admission = shop
    prices = [admission.price(pair.operation(product.NODES, {"ids": ids})) for ids in (["x"], ["x"] * 50, ["x"] * 5_000, None)]
    each = prices[0] - CALL
    assert prices == [CALL + each, CALL + 50 * each, CALL + 100 * each, CALL + 100 * each]


def test_every_list_below_which_something_costs_says_how_long_it_may_be():
    core = core_schema(PRODUCT)
    costs = Costs(core, FIRST_MAX)
    objects = [type_ for type_ in core.type_map.values() if isinstance(type_, GraphQLObjectType) and type_.name[:2] != "__"]

    def free(type_):
        return is_object_type(type_) and all(
            is_leaf_type(get_named_type(field.type)) and not costs.of(type_, name).weight for name, field in type_.fields.items()
        )

    unsaid = [
        f"{type_.name}.{name}"
        for type_ in objects
        for name, field in type_.fields.items()
        if not (cost := costs.of(type_, name)).per and cost.rows == ROWS and not free(get_named_type(field.type))
    ]
    assert not unsaid, "Declare how long these lists may be: cost=Cost(rows=…)."
