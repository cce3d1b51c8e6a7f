"""The part of a list that a page shows, by Relay's four arguments."""

from dataclasses import dataclass

from errors import InvalidInput

FIRST_MAX = 100
"""Longest page."""


class UsualSize(int):
    """The size of a page for which a client gave none.

    The schema says that it is 20, so that is what a resolver is given in place of nothing. It is an object of its own, so that
    `last: 5` alone can be told from `first: 20, last: 5`.
    """


USUAL_SIZE = UsualSize(20)


@dataclass(frozen=True, slots=True)
class Window:
    """The `first` or the `last` items of those behind the cursor `after` and before the cursor `before`."""

    first: int | None = USUAL_SIZE
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def backward(self) -> bool:
        """Whether it is read from its end."""
        return self.last is not None

    def size(self) -> int:
        """Return how many items it has at most.

        Raises:
            InvalidInput: it is not between 1 and the longest page, or there are two sizes.

        """
        if self.last is None:
            return page_size(USUAL_SIZE if self.first is None else self.first)
        if self.first is not None and self.first is not USUAL_SIZE:
            raise InvalidInput("last", "Ask for `first` or for `last`, not for both.")
        return page_size(self.last, "last")


def page_size(size: int, field: str = "first", longest: int = FIRST_MAX) -> int:
    """Check the size of a page, which came in the argument `field`.

    Raises:
        InvalidInput: it is not between 1 and the longest page.

    """
    if not 1 <= size <= longest:
        raise InvalidInput(field, f"A page has between 1 and {longest} items.")
    return size
