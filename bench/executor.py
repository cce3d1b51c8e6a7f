"""`executor`: what a plan costs in time and memory, and that memory stays flat over many mixed operations."""

import asyncio
import gc
import json
import sys
import tracemalloc
from collections.abc import Mapping
from statistics import median
from time import perf_counter
from typing import Any

from graphql import GraphQLSchema

from bench.figures import Figure, at_most
from bench.in_memory.mix import KNOWN
from bench.load import ROOT
from bench.operations import DOCUMENTS
from bench.testbed import Workspace
from execution.compiler_options import CompilerOptions
from execution.plans import MAX_OPERATIONS, Plans, Prepared
from schema.build import build_schema
from web.documents import Documents, Operation, pick_operation
from web.execution import core_schema
from web.limits import Limits
from web.requests import GraphQLRequest

SIZES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "small": ("node", {"id": "1"}),
    "ordinary": ("home", {}),
    "large": ("everything", {"username": "a", "first": 20}),
}
"""A document of each size, with variables."""
COMPILE_MS = 5
"""Milliseconds that an ordinary document may take."""
TIMES = 10
"""Plans of a document that are made for each round."""
PLANS = 5
"""Plans whose memory is measured together."""
GROWN = 1.05
"""Times the memory after a tenth of the operations that the process may have at their end."""
PER_PLAN = 100
"""Operations for each plan that the cache holds, so that plans are dropped for others all the time."""
PATIENCE = 7_200.0
"""Seconds that the mixed operations may take."""


async def measure(place: Workspace) -> list[Figure]:
    """Compile plans, measure their memory, then mix operations in a process of their own."""
    schema = core_schema(build_schema())
    options = CompilerOptions(schema)
    operations = {size: _operation(schema, document, variables) for size, (document, variables) in SIZES.items()}
    figures = []
    for size, operation in operations.items():
        goal = at_most(COMPILE_MS) if size == "ordinary" else None
        figures.append(Figure(f"compiling, {size}", _compile_ms(options, operation, place.run_length.rounds * TIMES), "ms", goal))
    for size, operation in operations.items():
        figures.append(Figure(f"a plan, {size}", _plan_bytes(options, operation) / 1_024, "KiB"))
    return figures + await _mixed(place.run_length.operations)


def _operation(schema: GraphQLSchema, document: str, variables: Mapping[str, object]) -> Operation:
    text = (DOCUMENTS / f"{document}.graphql").read_text("utf-8")
    parsed = Documents(schema, Limits()).get(text)
    return pick_operation(parsed, GraphQLRequest(text, None, dict(variables), None))


def _compile_ms(options: CompilerOptions, operation: Operation, times: int) -> float:
    taken = []
    for _ in range(times):
        gc.collect()
        began = perf_counter()
        _compiled(options, operation)
        taken.append((perf_counter() - began) * 1_000)
    return median(taken)


def _plan_bytes(options: CompilerOptions, operation: Operation) -> float:
    """Return the bytes of a plan, without its document."""
    _compiled(options, operation)
    gc.collect()
    tracemalloc.start()
    try:
        plans = [_compiled(options, operation) for _ in range(PLANS)]
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / len(plans)
    finally:
        tracemalloc.stop()


def _compiled(options: CompilerOptions, operation: Operation) -> Prepared:
    """Prepare and compile an operation as with its second request."""
    prepared = Plans(options, compile_after=1).prepared(operation)
    values = prepared.variables.coerced(operation.variables)
    if values is None:
        raise ValueError(operation.variables)
    prepared.plan(values)
    return prepared


async def _mixed(operations: int) -> list[Figure]:
    capacity = min(MAX_OPERATIONS, max(operations // PER_PLAN, 2 * KNOWN))
    found = await _run(operations, capacity)
    tenth, half, end = found["mebibytes"]
    ways: Mapping[str, int] = found["ways"]
    return [
        Figure("memory at the end beside that after a tenth of the mixed operations", end / tenth, "times", at_most(GROWN)),
        Figure("memory after a tenth", tenth, "MiB"),
        Figure("memory after a half", half, "MiB"),
        Figure("memory at the end", end, "MiB"),
        Figure("mixed operations", operations, "operations"),
        Figure("mixed operations a second, on one core without HTTP", operations / found["seconds"], "/s"),
        *(Figure(f"mixed operations and events: {way}", count, "") for way, count in sorted(ways.items())),
    ]


async def _run(operations: int, capacity: int) -> Any:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.in_memory.mixed", str(operations), str(capacity), cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            written, errors = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise RuntimeError(f"the mixed operations failed: {errors.decode().strip().splitlines()[-1:]}")
    return json.loads(written)
