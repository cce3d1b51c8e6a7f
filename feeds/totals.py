"""How long lists are, where the store counts them: a count is looked up only where a client asks for the total."""

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import TypeAlias, TypeVar

from loaders.loader import Loader

T = TypeVar("T")
Total: TypeAlias = Callable[[], Awaitable[int | None]]
"""Returns how many items a list has, None where nobody counts them or the viewer may not know."""


def counted(loader: Loader[str, T | None] | Loader[str, T], id_: str, count: Callable[[T], int | None]) -> Total:
    """Return the total of a list that is one of the counts of a person or a post."""

    async def total() -> int | None:
        found = loader.load(id_)  # not `many`: the totals of a whole level are looked up together
        counts = await found if isawaitable(found) else found
        return None if counts is None else count(counts)

    return total


async def uncounted() -> None:
    """Return no total."""
    return
