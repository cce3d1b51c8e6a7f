"""Waves: what a plan has to wait for, depth by depth.

Compiled code is made of lanes: generators that ask for whole columns, yield while these are not at hand, and go on with
them. All lanes of an operation are stepped together, so one wave sees every look-up of a depth: each loader is asked
once, independent look-ups and calls run at the same time, and when everything is known nothing waits at all.
"""

import asyncio
from collections.abc import Coroutine, Generator, Sequence
from itertools import chain
from typing import Any, Protocol, TypeAlias

from schema.execution.columns import Column, flat, present, spread, without_nulls
from schema.execution.surprise import Surprise

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
    """A column of answers of a loader: one for each key, null where there is no key."""

    __slots__ = ("column", "keys")

    def __init__(self, loader: KnowingLoader, column: Column) -> None:
        """Take a column of keys, and the answers if all are known."""
        super().__init__()
        self.column = column
        self.keys = self.wanted()
        self.answer(loader)

    def wanted(self) -> Column:
        """Give the keys to look up."""
        return present(self.column)

    def answer(self, loader: KnowingLoader) -> None:
        """Take the answers if all are known."""
        found = loader.known_many(self.keys)
        self.values = None if found is None else self.placed(found)

    def placed(self, found: Column) -> Column:
        """Put the answers to their parents."""
        return spread(self.column, found)

    def askers(self, rows: Sequence[object]) -> list[object]:
        """Give the parents that have something to look up."""
        return [row for row, key in zip(rows, self.column, strict=True) if key is not None]


class LookUpLists(LookUp):
    """A column of lists of answers, one for each list of keys; what is not found is left out."""

    __slots__ = ()

    def wanted(self) -> Column:
        """Give the keys to look up."""
        keys = flat(self.column)
        if None in keys:
            raise Surprise("null in a list of keys")
        return keys

    def placed(self, found: Column) -> Column:
        """Put the answers to their parents."""
        return without_nulls(self.column, found)

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


async def drive(lanes: Generator[None, None, list[Column]], run: Waiting) -> list[Column]:
    """Step lanes to their end, and wait for a wave at each step."""
    while True:
        try:
            next(lanes)
        except StopIteration as done:
            columns: list[Column] = done.value
            return columns
        await run.wave()


async def answered(loader: KnowingLoader, asked: Sequence[LookUp]) -> None:
    """Answer the look-ups of one loader, by asking it once."""
    if len(asked) == 1:
        asked[0].values = asked[0].placed(await loader.many(asked[0].keys))
        return
    await loader.many(list(dict.fromkeys(chain.from_iterable(each.keys for each in asked))))
    for each in asked:
        each.answer(loader)


async def all_of(waits: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Wait for everything at the same time; what fails says so itself."""
    if not waits:
        return
    first, *others = waits
    if not others:
        await first
        return
    async with asyncio.TaskGroup() as group:
        for each in others:
            group.create_task(each)
        await first  # a task of its own would cost more than most look-ups in memory
