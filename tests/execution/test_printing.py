from pathlib import Path

import pytest

from execution.costs import Costs
from execution.printing import Unprintable, prices, printed_plans
from tests.execution.toy import schema
from web.execution import core_schema

SCHEMA = core_schema(schema)
COSTS = Costs(SCHEMA, longest_page=100)

CHOOSING = "query A($if: Boolean!) { echo @skip(if: $if) } query B { people { whispered } } { echo }"


def test_each_operation_is_printed_or_said_to_have_no_plan():
    text = CHOOSING.replace(" { echo }", " query C { people { name } }").replace(" @skip(if: $if)", " again: echo @skip(if: $if)")
    printed = dict(printed_plans(SCHEMA, text, {"if": True}))
    assert list(printed) == ["A", "B", "C"]
    assert printed["A"].count("def ") == 1
    assert printed["B"] == "# Left to graphql-core: a field that is not declared: Person.whispered.\n"
    assert "row.name" in printed["C"]


@pytest.mark.parametrize(
    ("text", "says"),
    [("{", "Syntax Error"), ("{ nothing }", "nothing"), ("query($if: Boolean!) { echo @skip(if: $if) }", "\\$if")],
)
def test_what_cannot_be_printed_says_why(text, says):
    with pytest.raises(Unprintable, match=says):
        list(printed_plans(SCHEMA, text, {}))


def test_the_prices_of_all_operations_are_given_for_the_variables():
    text = "query A($first: Int!) { people(first: $first) { name } } query B { people { whispered } }"
    assert list(prices(COSTS, text, {"first": 4})) == [5 + 4, 5 + 3 * (1 + 5)]
    with pytest.raises(Unprintable):
        list(prices(COSTS, "{ nothing }", {}))


def test_the_documentation_shows_a_plan_as_it_is():
    page = (Path(__file__).parents[2] / "docs/execution.md").read_text("utf-8")
    query, shown = (page.split(f"```{language}\n")[1].split("```")[0] for language in ("graphql", "python"))
    ((_, text),) = printed_plans(SCHEMA, query, {})
    assert shown in text
