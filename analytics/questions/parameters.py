"""The parameters of questions: what they mean, their bounds and their defaults.

Parameters choose rows, or one of a few fixed ways to count. None of them moves a limit by a little: of two answers whose counts
differ by the deeds of one person, the difference would tell of this person (`docs/decisions/group-size.md`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from errors import InvalidInput

Given: TypeAlias = Mapping[str, Any]
"""The values of all parameters of a question, checked."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds, in steps of `step` from the least one."""

    name: str
    text: str
    default: int
    least: int
    most: int
    step: int = 1

    def read(self, given: object) -> int:
        """Return the number, of a number or its text.

        Raises:
            InvalidInput: it is none, or out of bounds.

        """
        text = str(given).strip()
        if isinstance(given, bool) or not (text.isascii() and text.isdigit() and len(text) <= len(str(self.most))):
            raise InvalidInput(self.name, f"`{self.name}` is a whole number {self.bounds}.")
        if not self.least <= int(text) <= self.most or (int(text) - self.least) % self.step:
            raise InvalidInput(self.name, f"`{self.name}` is {self.bounds}.")
        return int(text)

    @property
    def bounds(self) -> str:
        """Return the bounds in words."""
        return f"from {self.least} to {self.most}" + (f" in steps of {self.step}" if self.step > 1 else "")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few fixed values."""

    name: str
    text: str
    default: StrEnum

    @property
    def options(self) -> type[StrEnum]:
        """Return all values."""
        return type(self.default)

    def read(self, given: object) -> StrEnum:
        """Return the value, of itself or of its name in any case.

        Raises:
            InvalidInput: there is none of this name.

        """
        try:
            return self.options[str(given).strip().upper()]
        except KeyError:
            raise InvalidInput(self.name, f"`{self.name}` is {self.bounds}.") from None

    @property
    def bounds(self) -> str:
        """Return the values in words."""
        *first, last = (option.lower() for option in self.options)
        return f"{', '.join(first)} or {last}"


Parameter: TypeAlias = Whole | Choice


def read(parameters: Sequence[Parameter], given: Mapping[str, object]) -> Given:
    """Return a value for each parameter: what was given, or the default.

    Raises:
        InvalidInput: a value is none that the parameter takes, or there is no such parameter.

    """
    known = {each.name for each in parameters}
    for name in given:
        if name not in known:
            all_ = ", ".join(f"`{each}`" for each in sorted(known)) or "none"
            raise InvalidInput(name, f"There is no parameter `{name}`; there are: {all_}.")
    return {each.name: each.read(given[each.name]) if given.get(each.name) is not None else each.default for each in parameters}
