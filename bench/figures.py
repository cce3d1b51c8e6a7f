"""What a benchmark gives: figures, each with the goal that it is held to, if there is one."""

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
    """What a figure must be."""

    sign: Sign
    bound: float

    def __str__(self) -> str:
        """Say it in words: `at least 5`."""
        return f"{self.sign} {self.bound:g}"

    def holds(self, value: float) -> bool:
        """Tell whether a value is as it must be."""
        return _HOLDS[self.sign](value, self.bound)


def at_least(bound: float) -> Goal:
    """Give a goal for what should be large."""
    return Goal("at least", bound)


def at_most(bound: float) -> Goal:
    """Give a goal for what should be small."""
    return Goal("at most", bound)


def exactly(bound: float) -> Goal:
    """Give a goal for what is counted."""
    return Goal("exactly", bound)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `holds` is None where there is no goal."""

    name: str
    value: float
    unit: str
    goal: Goal | None = None

    @property
    def holds(self) -> bool | None:
        """Tell whether the goal is met."""
        return None if self.goal is None else self.goal.holds(self.value)


@dataclass(frozen=True, slots=True)
class Result:
    """All figures of one benchmark, and the machine and data they are of."""

    name: str
    machine: str
    figures: Sequence[Figure]

    @property
    def holds(self) -> bool:
        """Tell whether no goal is missed."""
        return all(figure.holds is not False for figure in self.figures)
