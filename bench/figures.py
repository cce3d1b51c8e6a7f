"""The results of a benchmark: figures, some of them with a goal."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, NamedTuple, TypeAlias

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


class Spread(NamedTuple):
    """The lowest and the highest of the turns whose median is told."""

    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `holds` is None without a goal, and `spread` where it is no median of turns."""

    name: str
    value: float
    unit: str
    goal: Goal | None = None
    spread: Spread | None = None

    @classmethod
    def of_turns(cls, name: str, turns: Sequence[float], unit: str, goal: Goal | None = None) -> "Figure":
        """Return the median of some turns, with how far they lie apart."""
        return cls(name, median(turns), unit, goal, Spread(min(turns), max(turns)))

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
