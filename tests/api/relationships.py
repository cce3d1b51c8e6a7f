"""What people do about each other, and what they then see: documents, and the edges behind them."""

from typing import Any

from tests.api.product import Answer, Person, Product

EDGES = """MATCH (a:User {id: $one})-[edge]-(b:User {id: $other})
  RETURN collect(type(edge) + CASE WHEN startNode(edge) = a THEN '>' ELSE '<' END)"""
PRIVACY = "private discoverable hideFollowers hideFollowing hideCounts defaultAudience defaultReplies defaultQuotes"
UPDATE = f"mutation ($input: UpdatePrivacyInput!) {{ updatePrivacy(input: $input) {{ privacy {{ {PRIVACY} }} }} }}"
RELATIONSHIP = """query ($name: String!) { user(username: $name) {
  viewerFollows followsViewer viewerHasRequestedToFollow hasRequestedToFollowViewer viewerBlocks } }"""
DEACTIVATE = "mutation ($input: DeactivateAccountInput!) { deactivateAccount(input: $input) { reactivateUntil } }"


async def act(product: Product, name: str, viewer: Person, target: Person) -> Answer:
    """Do something about somebody: `name` is a mutation that takes their id."""
    document = f"mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ __typename }} }}"
    return await product.ask(document, viewer, input={"userId": target.id})


async def done(product: Product, name: str, viewer: Person, *targets: Person) -> None:
    """Do something about some people that succeeds."""
    for target in targets:
        assert (await act(product, name, viewer, target)).errors == ()


async def choose(product: Product, viewer: Person, **choices: Any) -> dict[str, Any]:
    """Change somebody's privacy, and return all of it."""
    return dict((await product.run(UPDATE, viewer, input=choices))["updatePrivacy"]["privacy"])


async def edges(product: Product, one: Person, other: Person) -> list[str]:
    """Return the edges between two people, each with its direction as the first sees it."""
    return sorted(await product.cypher(EDGES, one=one.own_id, other=other.own_id))


async def names(product: Product, field: str, viewer: Person, first: int = 100) -> list[str]:
    """Walk a page of people at the root of queries, and return all their usernames."""
    document = f"""query ($first: Int!, $after: String) {{ {field}(first: $first, after: $after) {{
      edges {{ node {{ username }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
    found: list[str] = []
    page: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    while page["pageInfo"]["hasNextPage"]:
        page = (await product.run(document, viewer, first=first, after=page["pageInfo"]["endCursor"]))[field]
        assert len(page["edges"]) == first or not page["pageInfo"]["hasNextPage"]
        found += [edge["node"]["username"] for edge in page["edges"]]
    return found


async def relationship(product: Product, viewer: Person, other: Person) -> set[str] | None:
    """Return what holds between a viewer and somebody, or None where the viewer does not see them."""
    found = (await product.run(RELATIONSHIP, viewer, name=other.username))["user"]
    return None if found is None else {name for name, holds in found.items() if holds}
