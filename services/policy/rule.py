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
"""The variables of a rule, in the order in which statements name them."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[CheckT_contra]):
    """A question with an answer for every viewer: `holds` answers it for a check, `cypher` in the graph, `lines` explain it."""

    holds: Callable[[CheckT_contra], bool]
    cypher: str
    lines: tuple[str, ...]
    """A list in Markdown, nested as the rule is."""
    uses: frozenset[Variable]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Return the variables of the rule, in the usual order."""
        return tuple(name for name in VARIABLES if name in self.uses)


def atom(name: str, words: str, of: tuple[Variable, ...], holds: Callable[[CheckT], bool]) -> Rule[CheckT]:
    """Return an atom; `of` are the variables of its file, in its order."""
    return Rule(holds, f"@{name}({', '.join(of)})", (f"- `{name}`: {words}",), frozenset(of))


def every(*rules: Rule[CheckT]) -> Rule[CheckT]:
    """Return a rule that holds when all of these hold; they are asked in order, until one does not hold."""
    return _joined(_all_of(tuple(rule.holds for rule in rules)), "AND", "all of", rules)


def some(*rules: Rule[CheckT]) -> Rule[CheckT]:
    """Return a rule that holds when one of these holds; they are asked in order, until one holds."""
    return _joined(_one_of(tuple(rule.holds for rule in rules)), "OR", "one of", rules)


def _all_of(questions: Questions[CheckT]) -> Callable[[CheckT], bool]:
    # Written out for two and three: a loop costs twice as much, pairs of pairs a fifth more, and each post of a page is asked.
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
    """Return a rule that holds when this one does not."""
    holds = rule.holds
    return Rule(lambda check: not holds(check), f"NOT {rule.cypher}", _nested("not", rule), rule.uses)


def _joined(
    holds: Callable[[CheckT], bool], operator: str, word: str, rules: tuple[Rule[CheckT], ...]
) -> Rule[CheckT]:
    cypher = f" {operator} ".join(rule.cypher for rule in rules)
    uses = frozenset[Variable]().union(*(rule.uses for rule in rules))
    return Rule(holds, f"({cypher})", _nested(word, *rules), uses)


def _nested(word: str, *rules: Rule[CheckT]) -> tuple[str, ...]:
    return (f"- {word}", *(f"  {line}" for rule in rules for line in rule.lines))
