"""What costs too much is refused with its price, and nothing is read for it."""

import pytest

PAGES = """query ($first: Int!) { homeTimeline(first: $first) { edges { node {
  replies(first: $first) { edges { node { replies(first: $first) { edges { node { id } } } } } }
} } } }"""


async def test_pages_of_a_hundred_three_deep_are_refused_before_anything_is_read(product):
    mira = await product.sign_up("mira")
    product.round_trips.clear()
    answer = await product.ask(PAGES, mira, first=100)
    assert answer.data is None and answer.code == "QUERY_TOO_EXPENSIVE"
    extensions = answer.errors[0]["extensions"]
    assert extensions["price"] > 1_000_000 and extensions["maximum"] == 10_000
    assert (product.round_trips.graph, product.round_trips.redis) == ([], [])


async def test_the_same_document_runs_with_shorter_pages(product):
    mira = await product.sign_up("mira")
    assert await product.run(PAGES, mira, first=5) == {"homeTimeline": {"edges": []}}


@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
async def test_a_size_that_is_refused_is_refused_by_its_field(product, first):
    mira = await product.sign_up("mira")
    document = "query ($first: Int!) { homeTimeline(first: $first) { edges { node { id } } } }"
    assert (await product.ask(document, mira, first=first)).refusal == ("INVALID_INPUT", "first")
