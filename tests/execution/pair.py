"""Runs an operation by both executors, and returns what each answered."""

from collections.abc import Mapping
from typing import Any

import orjson
import strawberry
from graphql import GraphQLError

from execution.bailout import BailoutCause
from execution.execution_counts import Way
from execution.executor import CompiledExecutor
from schema.scalars import COLUMN_SCALARS
from web.documents import Document, Documents, Operation, pick_operation
from web.execution import CoreExecutor, Outcome, core_schema
from web.limits import DocumentLimits, Limits
from web.requests import GraphQLRequest

LIMITS = Limits(
    document=DocumentLimits(aliases=10_000, fields=10_000, tokens=100_000, bytes=10_000_000, repeats=10_000, root_fields=10_000)
)


class Pair:
    """Both executors of a schema."""

    def __init__(self, schema: strawberry.Schema, **options: Any) -> None:
        self.documents = Documents(core_schema(schema), LIMITS)
        self.core = CoreExecutor(schema)
        made: dict[str, Any] = {"compile_after": 1, "column_scalars": COLUMN_SCALARS} | options
        self.compiled: CompiledExecutor[Operation, Outcome] = CompiledExecutor(core_schema(schema), self.core, Outcome, **made)

    def operation(self, text: str, variables: Mapping[str, object] | None = None, name: str | None = None) -> Operation:
        document: Document = self.documents.get(text)
        return pick_operation(document, GraphQLRequest(None, name, variables, None))

    async def both(
        self, text: str, variables: Mapping[str, object] | None, context: Any, name: str | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the answers; `context` makes a context for each. Whatever the data, no bailout is a defect."""
        operation = self.operation(text, variables, name)
        core = answer(await self.core.execute(operation, context()))
        compiled = answer(await self.compiled.execute(operation, context()))
        assert BailoutCause.DEFECT not in self.compiled.bailouts.by_cause, text
        return core, compiled

    def ways(self) -> dict[Way, int]:
        return dict(self.compiled.counts.by_way)


def answer(outcome: Outcome) -> dict[str, Any]:
    """Return what a client would read. Keys stay in order: the dump compares them."""
    if outcome.json is not None:
        return {"json": outcome.json, "errors": []}
    try:
        json = orjson.dumps({"data": outcome.data})
    except TypeError as error:
        return {"json": str(error).encode(), "errors": []}
    return {"json": json, "errors": sorted(map(described, outcome.errors), key=repr)}


def described(error: GraphQLError) -> tuple[Any, ...]:
    return (error.message, error.path, error.formatted.get("locations"), type(error.original_error).__name__)
