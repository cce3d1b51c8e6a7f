"""Named analytics: a field for each question, made from the catalogue, and the table that answers it."""

import inspect
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON
from strawberry.types.field import StrawberryField

from analytics.questions import question as rows
from analytics.questions.asking import Asker
from analytics.questions.buckets import Bucket
from analytics.questions.catalogue import QUESTIONS
from analytics.questions.parameters import Parameter, Whole
from clock import moment
from execution.declarations import Cost
from resolvers.context import Context
from schema.access import ANALYSING
from schema.enums import show_enum
from schema.fields import attribute, computed, resolved
from schema.object_types import object_type
from schema.operations import query
from services.accounts.viewer import Viewer

show_enum(
    Bucket,
    "The length of a bucket of time. Only buckets that were over at the mark of the copy are counted.",
    {"DAY": "A day, in UTC.", "WEEK": "A week from Monday, in UTC.", "MONTH": "A calendar month, in UTC."},
    name="AnalyticsBucket",
)
show_enum(
    rows.Engine,
    "What counted.",
    {
        "POLARS": "Polars: scans and joins of columns.",
        "DUCKDB": "DuckDB: SQL over files that may be larger than memory.",
        "RUSTWORKX": "Algorithms of graphs, over the whole follow graph in memory.",
    },
    name="AnalyticsEngine",
)
show_enum(
    rows.ColumnType,
    "The type of a column of an answer.",
    {"TEXT": "Text.", "DAY": "A day as text, such as 2026-11-01.", "INTEGER": "A whole number.", "FLOAT": "A number."},
    name="AnalyticsColumnType",
)
PRICE = 200
"""What a question costs beside its rows: as much as some pages, though no store of the product is asked for it."""


@strawberry.type(description="A column of an answer.")
class AnalyticsColumn:
    """Shows the column of the same name."""

    name: str = attribute("Its name, such as `people`.")
    type: rows.ColumnType = attribute("The type of its values, which may all be null where a group is too small to be shown.")
    meaning: str = attribute("What it means.", "text")
    unit: str = attribute("The unit of its numbers, or nothing.")


@strawberry.type(
    description="The answer to a question. No group of fewer than five people is in it, and counts are multiples of five."
)
class AnalyticsTable:
    """Shows an `Answer`."""

    name: str = attribute("The name of the question.", "question.name")
    question: str = attribute("The question.", "question.text")
    engine: rows.Engine = attribute("What counted.", "question.engine")
    columns: list[AnalyticsColumn] = attribute("Its columns.", "question.columns", cost=Cost(rows=20))
    rows: list[JSON] = attribute(
        f"Its rows, at most {rows.ROWS_MAX:,}: each a list of values in the order of the columns.", cost=Cost(rows=0)
    )
    mark: datetime = computed(lambda answer, _: moment(answer.mark), "Every change before this moment is counted.")
    epoch: str = attribute("The month whose pseudonyms are in it, such as `2026-11`: those of another month are unrelated.")
    seconds: float = attribute("What counting took, also where the answer was counted before and comes from a cache.")


def _field(question: rows.Question) -> StrawberryField:
    """Make the field of a question, whose arguments are its parameters."""

    async def answer(_: Context, asker: Asker, **given: Any) -> rows.Answer:
        return await asker.answer(question, given)

    own = [*inspect.signature(answer).parameters.values()][:2]
    taken = [*own, *map(_argument, question.parameters)]
    answer.__signature__ = inspect.Signature(taken)  # type: ignore[attr-defined] # any function may have one
    text = f"{question.text} Counted by {question.engine.label}: {question.why}. It is null beside an error of its own."
    field: StrawberryField = resolved(answer, text, cost=Cost(weight=PRICE))
    return field


def _argument(parameter: Parameter) -> inspect.Parameter:
    type_: Any = int if isinstance(parameter, Whole) else parameter.options
    text = f"{parameter.text.removesuffix('.')}; {parameter.bounds}."
    return inspect.Parameter(
        parameter.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=parameter.default,
        annotation=Annotated[type_, strawberry.argument(description=text)],
    )


Analytics = object_type(
    "Analytics",
    __name__,
    "Questions about the network, answered from the copy for analysts, in which is what strangers may see. Nothing is asked of "
    "the stores of the product. An answer is counted once for each snapshot of the copy, by a process of low priority, and "
    "those of one operation are counted one after the other.",
    {name.replace("-", "_"): (AnalyticsTable | None, _field(each)) for name, each in QUESTIONS.items()},
)


@query(Analytics, access=ANALYSING)
async def analytics(context: Context, viewer: Viewer) -> Asker:
    """Questions about the network, as fields with parameters. TOO_MANY_OPERATIONS says that too many wait to be counted."""
    return context.services.asking.by(viewer.id)
