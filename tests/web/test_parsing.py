"""The limit of tokens and comments is exact, and what exceeds it is distinguished from what is malformed by its class."""

import pytest
from graphql import GraphQLSyntaxError, print_ast

from web.parsing import LimitExceeded, parse_within

MOST = 10


@pytest.mark.parametrize("text", ["{" + " a" * (MOST - 2) + "}", "#\n" * MOST + "{ a }", "{ a }" + "\n#" * MOST])
def test_a_document_may_have_as_many_tokens_and_comments_as_the_limit_says(text: str) -> None:
    assert "a" in print_ast(parse_within(text, MOST))


@pytest.mark.parametrize(
    "text",
    ["{" + " a" * (MOST - 1) + "}", "#\n" * (MOST + 1) + "{ a }", "{ a }" + "\n#" * (MOST + 1), "{ a" * MOST],
)
def test_one_more_is_refused(text: str) -> None:
    with pytest.raises(LimitExceeded):
        parse_within(text, MOST)


@pytest.mark.parametrize("tokens", [None, 1_000_000])
def test_what_nests_too_deeply_is_refused(tokens: int | None) -> None:
    with pytest.raises(LimitExceeded):
        parse_within("{ a " * 20_000, tokens)


@pytest.mark.parametrize("text", ["{" + " a" * (MOST - 1), "{" + " a" * (MOST - 1) + "%", "", '{ a(b: "', "{ Parsing aborted"])
def test_what_is_malformed_is_not_taken_for_too_large(text: str) -> None:
    with pytest.raises(GraphQLSyntaxError):
        parse_within(text, MOST)
