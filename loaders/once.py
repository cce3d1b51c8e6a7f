"""A property that is made when it is first read, and then is an attribute."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 (it is used as a decorator)
    """Like `functools.cached_property`, without the lock that this has until Python 3.12, which took 20 µs of a page."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        """Take what makes the value."""
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        """Learn the name under which the value is stored."""
        self._name = name

    @overload
    def __get__(self, owner: None, kind: type) -> Self: ...

    @overload
    def __get__(self, owner: object, kind: type) -> T: ...

    def __get__(self, owner: object | None, kind: type) -> Self | T:
        """Make the value and store it in the object, where it is found before this property from now on."""
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._make(owner)
        return value
