"""Batch steps: what a plan waits for, one depth of the document at a time.

Compiled code is made of coroutines: generators that ask for whole columns, yield while a column is not at hand, and go on with
it. All coroutines of an operation are stepped together, so one batch step sees every lookup of a depth: it asks each loader
once and runs independent lookups and calls at the same time. When everything is known already, nothing waits at all.
"""

import asyncio
from collections.abc import Coroutine, Generator, Iterable, Sequence
from contextvars import Context, copy_context
from itertools import chain
from typing import Any, Protocol, TypeAlias, TypeVar

from eager import Finished, resume, start
from execution.bailout import Bailout, BailoutCause
from execution.columns import flat, without_nulls
from execution.declarations import Column

T = TypeVar("T")
FieldCoroutine: TypeAlias = Generator[None, None, Column]
"""Computes the column of a field, or of a selection. It yields when it needs a batch step."""


class BatchRunner(Protocol):
    """Gets what coroutines asked for."""

    async def batch_step(self) -> None:
        """Get everything that was asked for since the last step."""


class BatchLoader(Protocol):
    """Looks many keys up, and says at once what it knows already."""

    def known_many(self, keys: Sequence[Any], /) -> list[Any] | None:
        """Return the answers in order, or None when one is not known yet."""

    async def many(self, keys: Sequence[Any], /) -> list[Any]:
        """Return the answers in order."""


class PendingColumn:
    """A column that was asked for; `results` is None until the batch step has got it."""

    __slots__ = ("defect", "failed", "results")

    def __init__(self, results: Column | None = None) -> None:
        """Begin with what is known."""
        self.results = results
        self.failed = False
        """Whether a resolver or a loader raised."""
        self.defect: Exception | None = None
        """What this library raised instead of getting the column."""

    def values(self) -> Column:
        """Return the column after the step."""
        if self.defect is not None:
            raise self.defect
        if self.failed:
            raise Bailout(BailoutCause.RESOLVER_ERROR)
        if self.results is None:
            raise Bailout(BailoutCause.DEFECT)
        return self.results


class Lookup(PendingColumn):
    """Answers of a loader to a column of keys: one for each different key.

    What is selected on an answer is thereby computed once, however many parents share it: an author writes several posts of a
    page. `to_parents` puts the results back to all of them.
    """

    __slots__ = ("column", "keys")

    def __init__(self, loader: BatchLoader, column: Column) -> None:
        """Take a column of keys, and the answers if all are known."""
        self.failed = False
        self.defect = None
        self.column = column
        keys = iter(self.all_keys())
        try:
            distinct = dict.fromkeys(keys)
        except TypeError:
            raise Bailout(BailoutCause.WRONG_KEY) from None
        distinct.pop(None, None)
        self.keys = list(distinct)
        self.results = loader.known_many(self.keys)

    def all_keys(self) -> Iterable[Any]:
        """Return the keys of all parents, with repeats and nulls."""
        return self.column

    def non_null_values(self) -> Column:
        """Return the column for a place without nulls: a parent without a key bails out."""
        if len(self.keys) != len(self.column) and None in self.column:
            raise Bailout(BailoutCause.NULL)
        return self.values()

    def to_parents(self, results: Column) -> Column:
        """Return for each parent the result of its key; null where there is no key."""
        if len(self.keys) == len(self.column):
            return results
        by_key = dict(zip(self.keys, results, strict=True))
        return [by_key.get(key) for key in self.column]

    @property
    def key_count(self) -> int:
        """Number of keys of all parents, with repeats."""
        return sum(key is not None for key in self.column)

    def parents_with_keys(self, rows: Sequence[object]) -> list[object]:
        """Return the parents that have something to look up."""
        return [row for row, key in zip(rows, self.column, strict=True) if key is not None]


class LookupLists(Lookup):
    """Answers to a column of lists of keys, each list with those that are found."""

    __slots__ = ("_flat",)

    def all_keys(self) -> Iterable[Any]:
        """Return the keys of all lists, with repeats."""
        self._flat = flat(self.column)
        if None in self._flat:
            raise Bailout(BailoutCause.WRONG_KEY)
        return self._flat

    def values(self) -> Column:
        """Return a list for each parent; what is not found is left out."""
        by_key = dict(zip(self.keys, super().values(), strict=True))
        return without_nulls(self.column, [by_key[key] for key in self._flat])

    @property
    def key_count(self) -> int:
        """Number of keys of all parents, with repeats."""
        return len(self._flat)

    def parents_with_keys(self, rows: Sequence[object]) -> list[object]:
        """Return the parents that have something to look up."""
        return [row for row, keys in zip(rows, self.column, strict=True) if keys]


def together(*coroutines: FieldCoroutine) -> Generator[None, None, list[Column]]:
    """Step coroutines side by side, one batch step at a time, until each has returned its column."""
    columns: list[Column] = [[] for _ in coroutines]
    running = list(enumerate(coroutines))
    while True:
        waiting = []
        for at, coroutine in running:
            try:
                next(coroutine)
            except StopIteration as done:
                columns[at] = done.value
            else:
                waiting.append((at, coroutine))
        if not waiting:
            return columns
        running = waiting
        yield


async def drive(coroutine: Generator[None, None, T], run: BatchRunner) -> T:
    """Step a coroutine, or several `together`, to the end, with a batch step whenever it yields."""
    while True:
        try:
            next(coroutine)
        except StopIteration as done:
            result: T = done.value
            return result
        await run.batch_step()


async def answer_lookups(loader: BatchLoader, lookups: Sequence[Lookup]) -> None:
    """Answer all lookups of one loader by asking it once."""
    if len(lookups) == 1:
        lookups[0].results = await loader.many(lookups[0].keys)
        return
    await loader.many(list(dict.fromkeys(chain.from_iterable(each.keys for each in lookups))))
    for each in lookups:
        each.results = loader.known_many(each.keys)


async def wait_for_all(waits: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run everything at the same time. The coroutines handle their own errors.

    What turns out not to wait runs here and now, in the caller's context. Once something waits, the rest gets tasks beside it,
    each in a copy of the context as it was before the first.
    """
    context, rest = copy_context(), iter(waits)
    try:
        for each in rest:
            waiting = start(each)
            if not isinstance(waiting, Finished):
                await _beside(resume(each, waiting), list(rest), context)
    finally:
        for each in rest:  # none, unless one before it raised
            each.close()


async def _beside(first: Coroutine[Any, Any, None], others: Sequence[Coroutine[Any, Any, None]], context: Context) -> None:
    if not others:
        await first
        return
    async with asyncio.TaskGroup() as group:
        for each in others:
            group.create_task(each, context=context.copy())
        await first  # a task of its own would cost more than most lookups in memory
