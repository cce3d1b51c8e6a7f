"""What rules are made of: named atoms with a form in Cypher and one in Python, joined by `every`, `some` and `no`.

An atom's Cypher is the file of its name in `cypher/policy/`. Everything else of a rule follows from its structure, so the two
forms cannot drift apart in how they join what they are made of; a property test holds the atoms themselves equal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar

FactsT_contra = TypeVar("FactsT_contra", contravariant=True)
FactsT = TypeVar("FactsT")
Checks: TypeAlias = tuple[Callable[[FactsT], bool], ...]
Variable = Literal["viewer", "post", "person"]
VARIABLES: tuple[Variable, ...] = ("viewer", "post", "person")
"""What a rule may speak of, in the order that statements name them."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[FactsT_contra]):
    """A question with an answer for every viewer: `holds` asks it of facts, `cypher` of the graph, `lines` tell people."""

    holds: Callable[[FactsT_contra], bool]
    cypher: str
    lines: tuple[str, ...]
    """A list in Markdown, nested as the rule is."""
    speaks_of: frozenset[Variable]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Give what it speaks of, in the usual order."""
        return tuple(name for name in VARIABLES if name in self.speaks_of)


def atom(name: str, words: str, of: tuple[Variable, ...], holds: Callable[[FactsT], bool]) -> Rule[FactsT]:
    """Name an atom; `of` are the variables of its file, in its order."""
    return Rule(holds, f"@{name}({', '.join(of)})", (f"- `{name}`: {words}",), frozenset(of))


def every(*rules: Rule[FactsT]) -> Rule[FactsT]:
    """Hold when all hold; asked in order, until one does not."""
    return _joined(_all_of(tuple(rule.holds for rule in rules)), "AND", "all of", rules)


def some(*rules: Rule[FactsT]) -> Rule[FactsT]:
    """Hold when one holds; asked in order, until one does."""
    return _joined(_one_of(tuple(rule.holds for rule in rules)), "OR", "one of", rules)


def _all_of(checks: Checks[FactsT]) -> Callable[[FactsT], bool]:
    # Written out, since a loop over so few costs twice as much, and rules are asked for each post of each page.
    if len(checks) == 1:
        return checks[0]
    if len(checks) == 2:  # noqa: PLR2004
        one, two = checks
        return lambda facts: one(facts) and two(facts)
    first, second, third, *rest = checks
    if not rest:
        return lambda facts: first(facts) and second(facts) and third(facts)
    others = _all_of((third, *rest))
    return lambda facts: first(facts) and second(facts) and others(facts)


def _one_of(checks: Checks[FactsT]) -> Callable[[FactsT], bool]:
    if len(checks) == 1:
        return checks[0]
    if len(checks) == 2:  # noqa: PLR2004
        one, two = checks
        return lambda facts: one(facts) or two(facts)
    first, second, third, *rest = checks
    if not rest:
        return lambda facts: first(facts) or second(facts) or third(facts)
    others = _one_of((third, *rest))
    return lambda facts: first(facts) or second(facts) or others(facts)


def no(rule: Rule[FactsT]) -> Rule[FactsT]:
    """Hold when it does not."""
    check = rule.holds
    return Rule(lambda facts: not check(facts), f"NOT {rule.cypher}", _nested("not", rule), rule.speaks_of)


def _joined(
    holds: Callable[[FactsT], bool], operator: str, word: str, rules: tuple[Rule[FactsT], ...]
) -> Rule[FactsT]:
    cypher = f" {operator} ".join(rule.cypher for rule in rules)
    speaks_of = frozenset[Variable]().union(*(rule.speaks_of for rule in rules))
    return Rule(holds, f"({cypher})", _nested(word, *rules), speaks_of)


def _nested(word: str, *rules: Rule[FactsT]) -> tuple[str, ...]:
    return (f"- {word}", *(f"  {line}" for rule in rules for line in rule.lines))
