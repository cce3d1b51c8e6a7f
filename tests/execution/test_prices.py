import pytest
from graphql import OperationDefinitionNode, OperationType, parse

from execution.costs import CALL, LOOK_UP, ROWS, WRITE, Costs, SubscribedRows
from execution.price import PRICE_CEILING
from execution.pricing import price_of
from schema.build import build_schema
from tests.execution.toy import schema
from web.execution import core_schema

COSTS = Costs(core_schema(schema), longest_page=100)
PRODUCT = Costs(core_schema(build_schema()), longest_page=100)


def price(text, variables=None, costs=COSTS):
    document = parse(text)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return price_of(costs, document, operation).of(variables or {})


def test_attributes_and_names_of_types_cost_nothing():
    selection = "{ __typename id name home { street rooms } tags moods loud }"
    assert price(f'{{ maybe(id: "p1") {selection} }}') == price('{ maybe(id: "p1") { id } }') == CALL


def test_a_page_costs_its_rows_and_what_is_below_each():
    assert price("{ people(first: 7) { name } }") == CALL + 7 * LOOK_UP
    assert price("{ people(first: 7) { best { name } } }") == CALL + 7 * (LOOK_UP + LOOK_UP)
    assert price("{ people(first: 7) { near(first: 9) { name } } }") == CALL + 7 * (LOOK_UP + CALL + 9 * LOOK_UP)


def test_a_list_of_unknown_length_counts_as_some_rows():
    assert price("{ pet { ... on Dog { owner { friends { name } } } } }") == CALL + LOOK_UP + ROWS * LOOK_UP


def test_aliases_and_spreads_count_each_time():
    once = price("{ people(first: 7) { name } }")
    assert price("{ a: people(first: 7) { name } b: people(first: 7) { name } }") == 2 * once
    assert price("{ ...F ...F } fragment F on Query { people(first: 7) { name } }") == 2 * once


def test_fields_of_a_selection_that_share_a_lookup_cost_once():
    page = CALL + 7 * LOOK_UP
    assert price("{ people(first: 7) { bestName bestAge other: bestName } }") == page + 7 * LOOK_UP
    assert price("{ people(first: 7) { bestName liked } }") == page + 7 * 2 * LOOK_UP
    assert price("{ people(first: 7) { bestName ...F ...F } } fragment F on Person { bestAge }") == page + 7 * 3 * LOOK_UP


def test_a_shared_lookup_that_may_be_left_out_is_never_priced_too_low():
    text = "query($a: Boolean!) { people(first: 7) { bestName @include(if: $a) bestAge bestShouted } }"
    assert [price(text, {"a": a}) for a in (False, True)] == [CALL + 7 * 2 * LOOK_UP, CALL + 7 * 3 * LOOK_UP]


def test_a_field_of_an_interface_costs_as_much_as_in_its_dearest_type():
    costs = Costs(core_schema(schema), longest_page=100)
    assert price('{ named(ids: ["p1"]) { name ... on Person { best { name } } } }', costs=costs) == (
        CALL + ROWS * (LOOK_UP + LOOK_UP)
    )


FIRST = "query($first: Int! = 4) { people(first: $first) { name } }"
NO_DEFAULT = "query($first: Int) { people(first: $first) { name } }"


@pytest.mark.parametrize(
    ("text", "variables", "rows"),
    [
        (FIRST, {}, 4),
        (FIRST, {"first": 9}, 9),
        (NO_DEFAULT, {}, 3),
        ("{ people { name } }", {}, 3),
        ("{ people(first: 100) { name } }", {}, 100),
    ],
)
def test_the_size_of_a_page_is_as_graphql_finds_it(text, variables, rows):
    assert price(text, variables) == CALL + rows * LOOK_UP


@pytest.mark.parametrize("first", [0, -1, -(2**70), 101, 2**31 - 1, 2**70, 2.5, 1e300, True, {}, {"a": [1]}])
def test_a_size_that_will_be_refused_counts_as_the_longest_page(first):
    assert price(FIRST, {"first": first}) == CALL + 100 * LOOK_UP


FOLLOWERS = 'query ($first: Int, $last: Int = 2) { user(username: "ada") { followers(%s) { edges { cursor } } } }'


@pytest.mark.parametrize(
    ("arguments", "variables", "rows"),
    [
        ("", {}, 20), ("first: 7", {}, 7), ("last: 7", {}, 7), ("first: null", {}, 20), ("first: null, last: 9", {}, 9),
        ("first: 3, last: 9", {}, 9), ("first: $first", {}, 20), ("first: $first", {"first": None}, 20),
        ("first: $first", {"first": 5}, 5), ("last: $last", {}, 2), ("last: $last", {"last": None}, 20),
        ("first: $first, last: $last", {"first": None, "last": 8}, 8),
        ("first: $first, last: $last", {"first": 6, "last": None}, 6),
        ("first: $first, last: $last", {"first": None, "last": None}, 20),
        ("first: $first, last: 4", {"first": 0}, 100),
    ],
)  # fmt: skip
def test_a_page_that_can_be_read_from_both_ends_costs_what_is_asked_for(arguments, variables, rows):
    paid = price(FOLLOWERS % arguments if arguments else FOLLOWERS.replace("(%s)", ""), variables, costs=PRODUCT)
    assert paid == price(FOLLOWERS % "first: 1", costs=PRODUCT) + (rows - 1) * LOOK_UP


@pytest.mark.parametrize("first", ["0", "-5", "101", "99999999999999999999"])
def test_so_does_one_that_is_written_out(first):
    assert price(f"{{ people(first: {first}) {{ name }} }}") == CALL + 100 * LOOK_UP


LOOK_UP_POST = CALL
BY_ORDER = 'query ($order: ReplyOrder! %s) { post(id: "a") { replies(first: 3, order: $order) { edges { cursor } } } }'


@pytest.mark.parametrize(
    ("text", "variables", "ranked"),
    [
        (BY_ORDER % "", {"order": "RELEVANCE"}, True), (BY_ORDER % "", {"order": "TIME"}, False),
        (BY_ORDER % "", {"order": 7}, True), (BY_ORDER % "= RELEVANCE", {}, True), (BY_ORDER % "= TIME", {}, False),
        (BY_ORDER % "= RELEVANCE", {"order": "TIME"}, False),
        (BY_ORDER.replace("order: $order", "order: RELEVANCE") % "", {}, True),
        (BY_ORDER.replace("order: $order", "order: TIME") % "", {}, False),
        (BY_ORDER.replace(", order: $order", "") % "", {}, False),
        ((BY_ORDER % "").replace("$order)", "$order) @include(if: false)"), {"order": "RELEVANCE"}, None),
    ],
)  # fmt: skip
def test_replies_by_relevance_cost_what_ranking_takes(text, variables, ranked):
    plain = LOOK_UP_POST + CALL + 3 * LOOK_UP if ranked is not None else LOOK_UP_POST
    assert price(text, variables, costs=PRODUCT) == plain + (50 if ranked else 0)


def test_a_tree_by_relevance_costs_as_many_rankings_as_it_may_have_posts():
    tree = '{ post(id: "a") { descendants(limit: 7, order: %s) { depth } } }'
    assert price(tree % "RELEVANCE", costs=PRODUCT) == price(tree % "TIME", costs=PRODUCT) + 7 * 20


UPWARDS = "query ($last: Int) { homeTimeline(%s) { edges { cursor } } }"


@pytest.mark.parametrize(
    ("arguments", "variables", "upwards"),
    [
        ("first: 7", {}, False), ("last: 7", {}, True), ("first: 7, last: null", {}, False),
        ("first: 7, last: $last", {}, False), ("first: 7, last: $last", {"last": None}, False),
        ("last: $last", {"last": 7}, True),
    ],
)  # fmt: skip
def test_home_costs_more_where_it_is_read_upwards(arguments, variables, upwards):
    assert price(UPWARDS % arguments, variables, costs=PRODUCT) == CALL + 7 * LOOK_UP + (50 if upwards else 0)


CHOICE = "query($if: Boolean!) { people(first: 7) { best @include(if: $if) { name } } }"
DEFAULT = CHOICE.replace("Boolean!", "Boolean! = false")
SKIPPED = CHOICE.replace("include", "skip")


@pytest.mark.parametrize(
    ("text", "variables", "there"),
    [
        (CHOICE, {"if": True}, True),
        (CHOICE, {"if": False}, False),
        (CHOICE, {"if": "nonsense"}, True),
        (CHOICE, {}, True),
        (SKIPPED, {"if": True}, False),
        (SKIPPED, {"if": False}, True),
        (SKIPPED, {}, True),
        (DEFAULT, {}, False),
        (CHOICE.replace("$if) {", "true) {"), {}, True),
        (CHOICE.replace("$if) {", "false) {"), {}, False),
    ],
)
def test_what_is_left_out_costs_nothing(text, variables, there):
    assert price(text, variables) == CALL + 7 * (LOOK_UP + there * LOOK_UP)


def test_a_spread_and_an_inline_fragment_can_be_left_out():
    text = "query($if: Boolean!) {{ {} }} fragment F on Query {{ echo }}"
    for spread in ("...F @include(if: $if)", "... @include(if: $if) { echo }"):
        assert [price(text.format(spread + " ...F"), {"if": if_}) for if_ in (True, False)] == [2 * CALL, CALL]


def test_each_event_of_a_subscription_and_each_change_has_a_price():
    assert price("subscription { met(times: 3) { best { name } } }") == CALL + LOOK_UP
    assert price("mutation { a: raiseScore { score person { best { name } } } b: fail { score } }") == 2 * WRITE + LOOK_UP


def test_introspection_is_left_to_its_own_limits():
    assert price('{ __schema { types { fields { type { name } } } } __type(name: "Query") { name } }') == 0


def doubling(times):
    spreads = " ".join(f"fragment F{at} on Person {{ ...F{at + 1} ...F{at + 1} }}" for at in range(times))
    last = f"fragment F{times} on Person {{ near(first: $first) {{ id }} }}"
    return f"query($first: Int!) {{ people {{ ...F0 }} }} {spreads} {last}"


def test_fragments_that_multiply_are_priced_once_each():
    assert price(doubling(3), {"first": 2}) == CALL + 3 * (LOOK_UP + 8 * (CALL + 2))
    document = parse(doubling(3_000), max_lexical_tokens=None)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode) and operation.operation is OperationType.QUERY
    found = price_of(COSTS, document, operation)
    assert len(found.steps) == 3_001 + 2  # those of the people, and of the operation
    assert found.of({"first": 2}) == PRICE_CEILING


def test_prices_stop_growing_where_json_would_not_hold_them():
    deep = "near(first: 100) { " * 40 + "id" + " }" * 40
    assert price(f"{{ people(first: 100) {{ {deep} }} }}") == PRICE_CEILING
    assert price(f"query($n: Int!) {{ people(first: $n) {{ {deep.replace('100', '$n')} }} }}", {"n": 100}) == PRICE_CEILING


def test_a_subscription_is_to_as_many_rows_as_it_is_given_ids():
    rows = SubscribedRows(PRODUCT)
    told = "... on PostCountsChanged { post { id replies(first: 50) { edges { node { id } } } } }"
    posts = f"subscription($ids: [ID!]!) {{ ...F }} fragment F on Subscription {{ postCounts(postIds: $ids) {{ {told} }} }}"
    assert [price(posts, {"ids": ["x"] * count}, rows) for count in (0, 1, 37, 100, 101)] == [0, 1, 37, 100, 100]
    assert price("subscription { homeTimeline { ... on TimelinePostAdded { post { id author { id } } } } }", costs=rows) == 1
