"""What rules are made of: named atoms with a form in Cypher and one in Python, joined by `every`, `some` and `no`.

An atom's Cypher is the file of its name in `cypher/policy/`. Everything else of a rule follows from its structure, so the two
forms cannot drift apart in how they join what they are made of; a property test holds the atoms themselves equal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar

CheckT_contra = TypeVar("CheckT_contra", contravariant=True)
CheckT = TypeVar("CheckT")
Questions: TypeAlias = tuple[Callable[[CheckT], bool], ...]
Variable = Literal["viewer", "post", "user"]
VARIABLES: tuple[Variable, ...] = ("viewer", "post", "user")
"""What a rule may speak of, in the order that statements name them."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[CheckT_contra]):
    """A question with an answer for every viewer: `holds` asks it of a check, `cypher` of the graph, `lines` tell people."""

    holds: Callable[[CheckT_contra], bool]
    cypher: str
    lines: tuple[str, ...]
    """A list in Markdown, nested as the rule is."""
    speaks_of: frozenset[Variable]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Return what it speaks of, in the usual order."""
        return tuple(name for name in VARIABLES if name in self.speaks_of)


def atom(name: str, words: str, of: tuple[Variable, ...], holds: Callable[[CheckT], bool]) -> Rule[CheckT]:
    """Name an atom; `of` are the variables of its file, in its order."""
    return Rule(holds, f"@{name}({', '.join(of)})", (f"- `{name}`: {words}",), frozenset(of))


def every(*rules: Rule[CheckT]) -> Rule[CheckT]:
    """Hold when all hold; asked in order, until one does not."""
    return _joined(_all_of(tuple(rule.holds for rule in rules)), "AND", "all of", rules)


def some(*rules: Rule[CheckT]) -> Rule[CheckT]:
    """Hold when one holds; asked in order, until one does."""
    return _joined(_one_of(tuple(rule.holds for rule in rules)), "OR", "one of", rules)


def _all_of(questions: Questions[CheckT]) -> Callable[[CheckT], bool]:
    # Written out, since a loop over so few costs twice as much, and rules are asked for each post of each page.
    if len(questions) == 1:
        return questions[0]
    if len(questions) == 2:  # noqa: PLR2004
        one, two = questions
        return lambda check: one(check) and two(check)
    first, second, third, *rest = questions
    if not rest:
        return lambda check: first(check) and second(check) and third(check)
    others = _all_of((third, *rest))
    return lambda check: first(check) and second(check) and others(check)


def _one_of(questions: Questions[CheckT]) -> Callable[[CheckT], bool]:
    if len(questions) == 1:
        return questions[0]
    if len(questions) == 2:  # noqa: PLR2004
        one, two = questions
        return lambda check: one(check) or two(check)
    first, second, third, *rest = questions
    if not rest:
        return lambda check: first(check) or second(check) or third(check)
    others = _one_of((third, *rest))
    return lambda check: first(check) or second(check) or others(check)


def no(rule: Rule[CheckT]) -> Rule[CheckT]:
    """Hold when it does not."""
    holds = rule.holds
    return Rule(lambda check: not holds(check), f"NOT {rule.cypher}", _nested("not", rule), rule.speaks_of)


def _joined(
    holds: Callable[[CheckT], bool], operator: str, word: str, rules: tuple[Rule[CheckT], ...]
) -> Rule[CheckT]:
    cypher = f" {operator} ".join(rule.cypher for rule in rules)
    speaks_of = frozenset[Variable]().union(*(rule.speaks_of for rule in rules))
    return Rule(holds, f"({cypher})", _nested(word, *rules), speaks_of)


def _nested(word: str, *rules: Rule[CheckT]) -> tuple[str, ...]:
    return (f"- {word}", *(f"  {line}" for rule in rules for line in rule.lines))
