"""The price of an operation: a sum that is worked out once, except for what the variables decide."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from execution.sizes import Given, Size

PRICE_CEILING = 2**53 - 1
"""Prices stop growing here: the largest integer that JSON clients hold exactly."""


class Addend(NamedTuple):
    """A known number and, perhaps, the result of a step, by its index."""

    known: int
    step: int | None = None


class Term(NamedTuple):
    """An addend, times a factor, times what the variables say."""

    factor: int
    addend: Addend
    sizes: tuple[Size, ...]


class Step(NamedTuple):
    """A sum that depends on variables; it may use the steps before it."""

    known: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """What an operation costs."""

    steps: tuple[Step, ...]
    total: Addend

    def of(self, variables: Given) -> int:
        """Return the price for the variables of a request, as they are sent. Above `PRICE_CEILING` it stops growing."""
        if self.total.step is None:
            return self.total.known
        sums: list[int] = []
        for known, terms in self.steps:
            total = known
            for factor, (constant, step), sizes in terms:
                value = factor * (constant if step is None else constant + sums[step])
                for size in sizes:
                    value *= size(variables)
                total += value
            sums.append(min(total, PRICE_CEILING))
        return min(self.total.known + sums[self.total.step], PRICE_CEILING)


@dataclass(slots=True)
class Sum:
    """A sum while it is written."""

    known: int = 0
    terms: list[Term] = field(default_factory=list)

    def add(self, addend: Addend, sizes: Iterable[int | Size] = ()) -> None:
        """Add an addend, times each of the sizes."""
        factor, variable = 1, []
        for size in sizes:
            if isinstance(size, int):
                factor = min(factor * size, PRICE_CEILING)
            else:
                variable.append(size)
        if addend.step is None and not variable:
            self.known = min(self.known + factor * addend.known, PRICE_CEILING)
        elif factor:
            self.terms.append(Term(factor, addend, tuple(variable)))

    def as_addend(self, steps: list[Step]) -> Addend:
        """Return the sum, after adding a step for it if variables decide it."""
        if not self.terms:
            return Addend(self.known)
        steps.append(Step(self.known, tuple(self.terms)))
        return Addend(0, len(steps) - 1)
