"""A plan as the server explains it: its operators, the procedures and functions that it calls, and how many rows it expects.

A subquery within an expression, such as `[x IN list WHERE EXISTS { … }]`, has no operators in the tree: the plan shows it as text
of the expression. So texts are searched as they are, also in what they quote: how a plan writes quotes could be played with. A
query is refused now and then for what stands in one of its texts, and none passes for it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_CALLED = re.compile(r"((?:`[^`]*`|[^\W\d]\w*)(?:\s*\.\s*(?:`[^`]*`|[^\W\d]\w*))*)\s*\(")
_PROCEDURE = re.compile(r"\bCALL\s+" + _CALLED.pattern, re.IGNORECASE)
_FILE = re.compile(r"\bLOAD\s+CSV\b", re.IGNORECASE)
FILE = "LoadCSV"
"""The operator that reads files, by which it is named also where a plan shows it within an expression."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of a plan: its name without what stands in brackets behind it, what it does, and the rows that it expects."""

    name: str
    details: str
    rows: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The operators of a plan."""

    operators: tuple[Operator, ...]

    @classmethod
    def of(cls, tree: Mapping[str, Any]) -> "Plan":
        """Read the tree that the server gives."""
        return cls(tuple(_operators(tree)))

    @property
    def rows(self) -> float:
        """The rows that all operators together expect: what the work grows with."""
        return sum(each.rows for each in self.operators)

    @property
    def names(self) -> set[str]:
        """The names of the operators; what an expression does by a subquery of its own is no operator of the tree."""
        within = {FILE} if any(_FILE.search(each.details) for each in self.operators) else set()
        return {each.name for each in self.operators} | within

    @property
    def calls(self) -> set[str]:
        """Every name before a bracket in what operators do, in lower case: functions are among them, and much else."""
        return {_plain(name) for each in self.operators for name in _CALLED.findall(each.details)}

    @property
    def procedures(self) -> set[str]:
        """The names of the procedures that are called, also within expressions."""
        within = (_plain(name) for each in self.operators for name in _PROCEDURE.findall(each.details))
        return {*(_plain(each.details.partition("(")[0]) for each in self.operators if each.name == "ProcedureCall"), *within}


def _operators(tree: Mapping[str, Any]) -> Iterator[Operator]:
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        arguments = each.get("args", {})
        name = each.get("operatorType", "").partition("@")[0].partition("(")[0].strip()
        yield Operator(name, str(arguments.get("Details", "")), float(arguments.get("EstimatedRows", 0.0)))
        waiting.extend(each.get("children", ()))


def _plain(name: str) -> str:
    return re.sub(r"[\s`]", "", name).lower()
