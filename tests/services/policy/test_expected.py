"""Both forms of every rule answer as the tables say, and the tables notice when any atom of any rule is gone."""

import re
from collections.abc import Callable

import pytest

from services.policy import atoms
from services.policy.checks import PostCheck, UserCheck
from services.policy.rules import RULES
from tests.services.policy.asking import Answers, Asked, answers, catalogue_of, of_posts
from tests.services.policy.expected import POSTS, VIEWERS, expected, world

ATOM = re.compile(r"@(\w+)\([\w, ]+\)")


@pytest.fixture
async def stands(asked: Asked) -> Asked:
    """The world of the tables."""
    await asked.write(world())
    return asked


def told_wrong(given: Answers) -> Answers:
    """Give those answers that are not as the tables say; what they do not speak of is not wrong."""
    right = expected()
    return {key: answer for key, answer in given.items() if key in right and right[key] is not answer}


def places(rule: str) -> int:
    """Count the places of a rule where an atom stands."""
    return len(ATOM.findall(RULES[rule][1].cypher))


def test_the_tables_speak_of_every_rule_and_of_all_their_posts_and_viewers():
    assert {rule for rule, _, _ in expected()} == set(RULES)
    assert len([1 for rule, _, _ in expected() if rule == "may_see_post"]) == len(POSTS) * (len(VIEWERS) + 2)


async def test_the_graph_answers_as_the_tables_say(stands: Asked):
    given = await stands.in_cypher(world())
    assert set(given) >= set(expected()) and told_wrong(given) == {}


async def test_rows_at_hand_answer_as_the_tables_say(stands: Asked):
    given = answers(await stands.checks(world()))
    assert set(given) >= set(expected()) and told_wrong(given) == {}


@pytest.mark.parametrize("rule", RULES)
async def test_an_atom_less_in_python_shows_in_the_tables(stands: Asked, rule):
    checks = [of for of in await stands.checks(world()) if isinstance(of, PostCheck) is of_posts(rule)]

    def given(check: Callable[[UserCheck], bool]) -> Answers:
        return {(rule, of.viewer, of.post.id if isinstance(of, PostCheck) else of.user.id): check(of) for of in checks}

    assert given(with_atom(rule, -1, said=True)) == given(RULES[rule][1].holds)
    unseen = [
        (at, said)
        for at in range(places(rule))
        for said in (True, False)
        if not told_wrong(given(with_atom(rule, at, said)))
    ]
    assert unseen == []


@pytest.mark.parametrize("rule", RULES)
async def test_an_atom_less_in_cypher_shows_in_the_tables(graph, keyspace, tmp_path, rule):
    """Each place of an atom answers by itself, but for the one that `$at` names: that one says `$said`."""
    numbers = iter(range(places(rule)))
    broken = ATOM.sub(lambda found: f"(CASE $at WHEN {next(numbers)} THEN $said ELSE {found.group()} END)", RULES[rule][1].cypher)
    text = f"// Broken\n// fragment: {', '.join(RULES[rule][1].variables)}\n{broken}\n"
    asked = Asked.of(graph, keyspace, catalogue_of(tmp_path, {rule: text}, more=', "at": -1, "said": true'))
    await asked.write(world())
    assert told_wrong(await asked.rule_in_cypher(world(), rule, at=-1, said=True)) == {}
    unseen = [
        (at, said)
        for at in range(places(rule))
        for said in (True, False)
        if not told_wrong(await asked.rule_in_cypher(world(), rule, at=at, said=said))
    ]
    assert unseen == []


def with_atom(rule: str, at: int, said: bool) -> Callable[[UserCheck], bool]:
    """Give a rule in Python whose atom at one place always says the same, read from the rule's text."""
    tokens = re.findall(r"@\w+|AND|OR|NOT|\(|\)", re.sub(r"(@\w+)\([\w, ]+\)", r"\1", RULES[rule][1].cypher))
    return _Reading(tokens, at, said).whole()


class _Reading:
    """Reads `(… AND …)`, `(… OR …)`, `NOT …` and `@atom` as a check."""

    def __init__(self, tokens: list[str], at: int, said: bool) -> None:
        self._tokens, self._at, self._said, self._met = tokens[::-1], at, said, 0

    def whole(self) -> Callable[[UserCheck], bool]:
        check = self._one()
        assert not self._tokens
        return check

    def _one(self) -> Callable[[UserCheck], bool]:
        token = self._tokens.pop()
        if token == "NOT":
            inner = self._one()
            return lambda check: not inner(check)
        if token == "(":
            return self._joined()
        met, self._met = self._met, self._met + 1
        said = self._said
        return (lambda _: said) if met == self._at else getattr(atoms, token[1:]).holds

    def _joined(self) -> Callable[[UserCheck], bool]:
        parts, word = [self._one()], ""
        while (token := self._tokens.pop()) != ")":
            word = token
            parts.append(self._one())
        return lambda check: (all if word == "AND" else any)(part(check) for part in parts)
