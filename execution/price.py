"""The price of an operation: a sum that is worked out once, but for what the variables decide."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from execution.sizes import Given, Size
from integers import MAX_SAFE_INTEGER


class Part(NamedTuple):
    """A known number and, perhaps, the result of a step."""

    known: int
    step: int | None = None


class Term(NamedTuple):
    """A part, times a factor, times what the variables say."""

    factor: int
    part: Part
    sizes: tuple[Size, ...]


class Step(NamedTuple):
    """A sum that depends on variables; it may use the steps before it."""

    known: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """What an operation costs."""

    steps: tuple[Step, ...]
    total: Part

    def of(self, variables: Given) -> int:
        """Give the price for the variables of a request, as they are sent."""
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
            sums.append(min(total, MAX_SAFE_INTEGER))
        return min(self.total.known + sums[self.total.step], MAX_SAFE_INTEGER)


@dataclass(slots=True)
class Sum:
    """A sum while it is written."""

    known: int = 0
    terms: list[Term] = field(default_factory=list)

    def add(self, part: Part, sizes: Iterable[int | Size] = ()) -> None:
        """Add a part, times each of the sizes."""
        factor, asked = 1, []
        for size in sizes:
            if isinstance(size, int):
                factor = min(factor * size, MAX_SAFE_INTEGER)
            else:
                asked.append(size)
        if part.step is None and not asked:
            self.known = min(self.known + factor * part.known, MAX_SAFE_INTEGER)
        elif factor:
            self.terms.append(Term(factor, part, tuple(asked)))

    def written(self, steps: list[Step]) -> Part:
        """Give the sum, as a step of its own if variables decide it."""
        if not self.terms:
            return Part(self.known)
        steps.append(Step(self.known, tuple(self.terms)))
        return Part(0, len(steps) - 1)
