"""Queries of analysts in Cypher."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from analytics.gateway import gateway as answers
from analytics.gateway.gateway import PARAMETER_BYTES_MAX, TEXT_MAX
from analytics.gateway.taken import Truncation
from clock import moment
from execution.declarations import Cost, RowsOf
from graph import analysts
from resolvers.context import Context
from schema.access import ANALYSING
from schema.enums import show_enum
from schema.fields import attribute, computed
from schema.operations import query as query_field
from services.accounts.viewer import Viewer

ROWS_PRICE = 100
"""What a query costs of the price of an operation. It reads none of the product's rows, and has limits of its own."""

show_enum(
    Truncation,
    "What ended an answer before it was whole.",
    {"ROWS": "It had as many rows as one may have.", "BYTES": "It was as large as one may be."},
)


@strawberry.type(description="How fresh the analysts' copy is.")
class CopyFreshness:
    """Shows `Freshness`."""

    epoch: str = attribute("The month of its pseudonyms, such as `2026-11`: they are others in the next.")
    mark: datetime = computed(lambda each, _: moment(each.mark), "The time up to which every change is in it.")
    made_at: datetime = computed(lambda each, _: moment(each.made_at), "When it was exported.")

    is_type_of = RowsOf(analysts.Freshness)


@strawberry.type(description="What a query in Cypher gives.")
class CypherResult:
    """Shows the answer of the same name."""

    columns: list[str] = attribute("Names of the columns, in order.", cost=Cost(rows=0))
    rows: list[JSON] = attribute("The rows: each is a list of values, one for each column.", cost=Cost(rows=0))
    truncated: Truncation | None = attribute("What ended the answer before it was whole; null where it is whole.")
    bytes: int = attribute("About how large the rows are.")
    seconds: float = attribute("How long it took, with its plan.")
    limit: float = attribute("How many seconds the query might take, once it had a plan.")
    estimate: float = attribute("How many rows the plan expected on the way, all operators together: often far off.")
    freshness: CopyFreshness = attribute("How fresh the copy is that was asked.", cost=Cost(rows=0))

    is_type_of = RowsOf(answers.CypherResult)


@query_field(CypherResult, cost=Cost(rows=ROWS_PRICE), access=ANALYSING)
async def cypher(
    context: Context,
    viewer: Viewer,
    query: Annotated[str, f"The query, of at most {TEXT_MAX:,} characters. It may only read."],
    parameters: Annotated[JSON | None, f"Its parameters by name, an object of at most {PARAMETER_BYTES_MAX:,} bytes."] = None,
    seconds: Annotated[int | None, "Seconds that it may take; null: by its estimate."] = None,
) -> answers.CypherResult:
    """Ask the analysts' copy of the graph, which holds what strangers may see, under pseudonyms.

    A query that would do more than read is answered with FORBIDDEN, and one that takes too much with QUERY_TOO_EXPENSIVE. It ends
    when its client leaves. Who asked what is written into a log.
    """
    await context.admitted()
    return await context.services.gateway.ask(viewer, query, parameters, seconds)
