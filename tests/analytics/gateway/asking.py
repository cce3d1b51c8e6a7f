"""Analysts, and what they ask."""

from typing import Any

from graph.rows.roles import AccountRole
from tests.api.product import Answer, Person, Product
from tests.api.programs import program_of

ASK = """query ($query: String!, $parameters: JSON, $seconds: Int) {
  cypher(query: $query, parameters: $parameters, seconds: $seconds) {
    columns rows truncated bytes seconds limit estimate freshness { epoch mark madeAt } } }"""


async def analyst(product: Product, username: str, *scopes: str) -> Person:
    """Make somebody with the role, and give them as their program, by default with the scope."""
    user = await product.sign_up(username)
    await product.served.parts.accounts.roles.grant_by_operator(username, AccountRole.ANALYST, "A test.")
    program, _ = await program_of(product, user, *(scopes or ("ANALYTICS",)))
    return program


async def ask(product: Product, viewer: Person | None, query: str, seconds: int | None = None, **parameters: Any) -> Answer:
    """Send a query."""
    return await product.ask(ASK, viewer, query=query, parameters=parameters, seconds=seconds)


async def answered(product: Product, viewer: Person, query: str, **parameters: Any) -> Any:
    """Return what is answered to a query that is good."""
    answer = await ask(product, viewer, query, **parameters)
    assert not answer.errors, answer.errors
    return answer.data["cypher"]
