"""Stepping a coroutine by hand, to learn whether it waits at all before anything is paid for waiting.

Most of what a request does is at hand already: a body that has arrived, rows in memory. Tasks, timers and time limits for such
cost more than the work.
"""

from collections.abc import Coroutine, Generator
from dataclasses import dataclass
from types import coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Finished(Generic[T]):
    """A coroutine has ended, with this result."""

    result: T


def start(waits: Coroutine[Any, Any, T]) -> Finished[T] | object:
    """Take the first step: give the result if that was all, else what it waits for.

    It runs in the task of the caller and must go on there, by `continued` and nothing before it: time limits and groups within
    it are bound to that task.
    """
    try:
        waiting: object = waits.send(None)
    except StopIteration as ended:
        return Finished(ended.value)
    return waiting


@coroutine
def resume(waits: Coroutine[Any, Any, T], waiting: object) -> Generator[Any, Any, T]:
    """Go on with a coroutine that was begun and waits for something, and give its result."""
    try:
        while True:
            try:
                given = yield waiting
            except GeneratorExit:
                waits.close()
                raise
            except BaseException as error:  # noqa: BLE001 - a cancellation too is for whoever waits
                waiting = waits.throw(error)
            else:
                waiting = waits.send(given)
    except StopIteration as ended:
        result: T = ended.value
        return result
