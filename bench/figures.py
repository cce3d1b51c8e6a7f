"""The results of a benchmark: figures, some of them with a goal."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Sign: TypeAlias = Literal["at least", "at most", "exactly"]

_HOLDS: Mapping[Sign, Callable[[float, float], bool]] = {
    "at least": operator.ge,
    "at most": operator.le,
    "exactly": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit for a figure."""

    sign: Sign
    bound: float

    def __str__(self) -> str:
        """Return it in words: `at least 5`."""
        return f"{self.sign} {self.bound:g}"

    def holds(self, value: float) -> bool:
        """Return whether a value meets the goal."""
        return _HOLDS[self.sign](value, self.bound)


def at_least(bound: float) -> Goal:
    """Return a goal with a lower limit."""
    return Goal("at least", bound)


def at_most(bound: float) -> Goal:
    """Return a goal with an upper limit."""
    return Goal("at most", bound)


def exactly(bound: float) -> Goal:
    """Return a goal for a count that must be exact."""
    return Goal("exactly", bound)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `holds` is None without a goal."""

    name: str
    value: float
    unit: str
    goal: Goal | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the goal is met."""
        return None if self.goal is None else self.goal.holds(self.value)


@dataclass(frozen=True, slots=True)
class Result:
    """All figures of one benchmark; `machine` describes the machine and the data."""

    name: str
    machine: str
    figures: Sequence[Figure]

    @property
    def holds(self) -> bool:
        """Whether no goal is missed."""
        return all(figure.holds is not False for figure in self.figures)
