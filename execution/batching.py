"""Waves: what a plan has to wait for, depth by depth.

Compiled code is made of lanes: generators that ask for whole columns, yield while these are not at hand, and go on with
them. All lanes of an operation are stepped together, so one wave sees every look-up of a depth: each loader is asked
once, independent look-ups and calls run at the same time, and when everything is known nothing waits at all.
"""

import asyncio
from collections.abc import Coroutine, Generator, Iterable, Sequence
from contextvars import Context, copy_context
from itertools import chain
from typing import Any, Protocol, TypeAlias, TypeVar

from eager import Finished, resume, start
from execution.bailout import Surprise
from execution.columns import Column, flat, without_nulls

T = TypeVar("T")
Lane: TypeAlias = Generator[None, None, Column]


class Waiting(Protocol):
    """Something that may have to wait for a wave to end."""

    async def wave(self) -> None:
        """Get everything that was asked for."""


class KnowingLoader(Protocol):
    """A loader that tells at once what it knows."""

    def known_many(self, keys: Sequence[Any], /) -> list[Any] | None:
        """Give the answers in order, or None when one is not known yet."""

    async def many(self, keys: Sequence[Any], /) -> list[Any]:
        """Give the answers in order."""


class Asked:
    """A column that was asked for; `values` is None until it is at hand."""

    __slots__ = ("failed", "values")

    def __init__(self, values: Column | None = None) -> None:
        """Begin with what is known."""
        self.values = values
        self.failed = False

    def taken(self) -> Column:
        """Give the column after the wave."""
        if self.failed or self.values is None:
            raise Surprise("failed")
        return self.values


class LookUp(Asked):
    """Answers of a loader to a column of keys. `values` has one for each different key; `placed` puts them to their parents.

    What is below an answer is thereby made once, however many parents share it: authors write several posts of a page.
    """

    __slots__ = ("column", "keys")

    def __init__(self, loader: KnowingLoader, column: Column) -> None:
        """Take a column of keys, and the answers if all are known."""
        self.failed = False
        self.column = column
        self.keys = self.wanted()
        self.values = loader.known_many(self.keys)

    def wanted(self) -> list[Any]:
        """Give the keys to look up."""
        keys = dict.fromkeys(self.column)
        keys.pop(None, None)
        return list(keys)

    def everywhere(self) -> Column:
        """Give the answers, where a parent without a key would be a surprise."""
        if len(self.keys) != len(self.column) and None in self.column:
            raise Surprise("null")
        return self.taken()

    def placed(self, results: Column) -> Column:
        """Put what became of the answers to their parents, null where there is no key."""
        if len(self.keys) == len(self.column):
            return results
        by_key = dict(zip(self.keys, results, strict=True))
        return [by_key.get(key) for key in self.column]

    @property
    def count(self) -> int:
        """Count the keys of all parents."""
        return sum(key is not None for key in self.column)

    def askers(self, rows: Sequence[object]) -> list[object]:
        """Give the parents that have something to look up."""
        return [row for row, key in zip(rows, self.column, strict=True) if key is not None]


class LookUpLists(LookUp):
    """Answers to a column of lists of keys, each list with those that are found."""

    __slots__ = ("_flat",)

    def wanted(self) -> list[Any]:
        """Give the keys to look up."""
        self._flat = flat(self.column)
        if None in self._flat:
            raise Surprise("null in a list of keys")
        return list(dict.fromkeys(self._flat))

    def taken(self) -> Column:
        """Give a list for each parent; what is not found is left out."""
        by_key = dict(zip(self.keys, super().taken(), strict=True))
        return without_nulls(self.column, [by_key[key] for key in self._flat])

    @property
    def count(self) -> int:
        """Count the keys of all parents."""
        return len(self._flat)

    def askers(self, rows: Sequence[object]) -> list[object]:
        """Give the parents that have something to look up."""
        return [row for row, keys in zip(rows, self.column, strict=True) if keys]


def together(*lanes: Lane) -> Generator[None, None, list[Column]]:
    """Step lanes side by side, one wave at a time, until each has given its column."""
    columns: list[Column] = [[] for _ in lanes]
    going = list(enumerate(lanes))
    while True:
        waiting = []
        for at, lane in going:
            try:
                next(lane)
            except StopIteration as done:
                columns[at] = done.value
            else:
                waiting.append((at, lane))
        if not waiting:
            return columns
        going = waiting
        yield


async def drive(lane: Generator[None, None, T], run: Waiting) -> T:
    """Step a lane, or several `together`, to the end, and wait for a wave at each step."""
    while True:
        try:
            next(lane)
        except StopIteration as done:
            result: T = done.value
            return result
        await run.wave()


async def answered(loader: KnowingLoader, asked: Sequence[LookUp]) -> None:
    """Answer the look-ups of one loader, by asking it once."""
    if len(asked) == 1:
        asked[0].values = await loader.many(asked[0].keys)
        return
    await loader.many(list(dict.fromkeys(chain.from_iterable(each.keys for each in asked))))
    for each in asked:
        each.values = loader.known_many(each.keys)


async def all_of(waits: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Wait for everything at the same time; what fails says so itself.

    What turns out not to wait is done here and now, in the caller's context. Once something waits, the rest gets tasks beside it,
    each in a copy of the context as it was before the first.
    """
    context, rest = copy_context(), iter(waits)
    try:
        for each in rest:
            waiting = start(each)
            if not isinstance(waiting, Finished):
                await _beside(resume(each, waiting), list(rest), context)
    finally:
        for each in rest:  # none, unless one before it broke off
            each.close()


async def _beside(
    first: Coroutine[Any, Any, None], others: Sequence[Coroutine[Any, Any, None]], context: Context
) -> None:
    if not others:
        await first
        return
    async with asyncio.TaskGroup() as group:
        for each in others:
            group.create_task(each, context=context.copy())
        await first  # a task of its own would cost more than most look-ups in memory
