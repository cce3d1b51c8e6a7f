"""Conversations: what is above a post and below it, for every viewer, equals what a walk over all posts finds."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from random import Random

import pytest

import feeds.relevant_replies
import loaders.operation
from loaders.reply_rankings import RANKED_MOST
from tests.api.conversations import Conversation, world
from tests.api.product import Person
from tests.property_examples import examples

SEEN = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
ABOVE = "query ($id: ID!, $limit: Int!) { post(id: $id) { ancestors(limit: $limit) { id } } }"
ALL_ABOVE = ABOVE.replace("$id: ID!", "$ids: [ID!]!").replace("post(id: $id) {", "nodes(ids: $ids) { ... on Post {") + " }"
BELOW = """query ($id: ID!, $depth: Int!, $breadth: Int!, $limit: Int!) {
  post(id: $id) { descendants(depth: $depth, breadth: $breadth, limit: $limit) { post { id } depth hasMore } }
}"""
WITH_POST = BELOW.replace("limit: $limit)", "limit: $limit, includePost: true)")
RELEVANT = BELOW.replace("limit: $limit)", "limit: $limit, order: RELEVANCE)")
PAGE = """query ($id: ID!, $first: Int!, $after: String, $order: ReplyOrder!) { post(id: $id) {
  replies(first: $first, after: $after, order: $order) { edges { node { id } } pageInfo { hasNextPage endCursor } } } }"""
PAGE_BEFORE = """query ($id: ID!, $last: Int!, $before: String) { post(id: $id) {
  replies(last: $last, before: $before) { edges { node { id } } pageInfo { hasPreviousPage startCursor } } } }"""
WHOLE = {"depth": 20, "breadth": 20, "limit": 100}
TREES = 6
"""Posts whose trees and pages each viewer reads, besides the first post of the conversation."""


async def seen_by(product, viewer: Person | None, made: Conversation) -> set[str]:
    """Return the posts that a viewer is shown."""
    ids = [*made.parents]
    found = [await product.run(SEEN, viewer, ids=ids[at : at + 20]) for at in range(0, len(ids), 20)]
    return {each["id"] for part in found for each in part["nodes"] if each}


async def above(product, viewer, post: str, limit: int) -> list[str | None]:
    found = (await product.run(ABOVE, viewer, id=post, limit=limit))["post"]["ancestors"]
    return [each and each["id"] for each in found]


async def below(product, viewer, post: str, document: str = BELOW, /, **given: int) -> list[tuple[str, int, bool]]:
    found = (await product.run(document, viewer, id=post, **given))["post"]["descendants"]
    return [(each["post"]["id"], each["depth"], each["hasMore"]) for each in found]


async def walked(product, viewer, post: str, first: int, order: str) -> list[str]:
    """Return all replies, page by page."""
    found: list[str] = []
    info = {"hasNextPage": True, "endCursor": None}
    while info["hasNextPage"]:
        page = (await product.run(PAGE, viewer, id=post, first=first, after=info["endCursor"], order=order))["post"]["replies"]
        found, info = found + [edge["node"]["id"] for edge in page["edges"]], page["pageInfo"]
    return found


async def walked_up(product, viewer, post: str, last: int) -> list[str]:
    """Return all replies by time, page by page from the last."""
    found: list[str] = []
    info = {"hasPreviousPage": True, "startCursor": None}
    while info["hasPreviousPage"]:
        page = (await product.run(PAGE_BEFORE, viewer, id=post, last=last, before=info["startCursor"]))["post"]["replies"]
        found, info = [edge["node"]["id"] for edge in page["edges"]] + found, page["pageInfo"]
    return found


@pytest.mark.parametrize("ranked", [RANKED_MOST, 3, 2])
@pytest.mark.parametrize("seed", range(examples(1)))
async def test_every_viewer_sees_what_a_walk_over_all_posts_finds(product, monkeypatch, seed, ranked):
    random = Random(seed * 100 + ranked)
    for module, name in (
        (feeds.relevant_replies, "RANKED_MOST"),
        (feeds.relevant_replies, "_UNRANKED"),
        (loaders.operation, "RANKED_MOST"),
        (loaders.operation, "RANKED_IN_TREE"),
    ):
        monkeypatch.setattr(module, name, min(ranked, getattr(module, name)))
    people, made = await world(product, random)
    made = replace(made, ranked=ranked)
    for viewer in [*people, None]:
        viewer_id = None if viewer is None else viewer.own_id
        seen = made.seen_by(viewer_id)
        assert await seen_by(product, viewer, made) == seen
        await what_is_above(product, viewer, made, seen, random)
        by_time = partial(made.replies, seen=seen)
        by_relevance = partial(made.relevant, viewer=viewer_id, seen=seen)
        sample = random.sample(sorted(seen), min(TREES, len(seen)))
        for post in {*sample, next(iter(made.parents))} & seen:
            for document, replies in ((BELOW, by_time), (RELEVANT, by_relevance)):
                whole = [(*each, False) for each in made.below(post, replies)]
                assert await below(product, viewer, post, document, **WHOLE) == whole
            if len(by_time(post)) > 1:
                size = random.randint(1, 3)
                assert await walked(product, viewer, post, size, "TIME") == by_time(post)
                assert await walked_up(product, viewer, post, size) == by_time(post)
                assert await walked(product, viewer, post, size, "RELEVANCE") == by_relevance(post)
        await a_part_is_a_part(product, viewer, made, seen, random)


async def what_is_above(product, viewer, made: Conversation, seen: set[str], random: Random) -> None:
    """Check what is above each post."""
    ids, limit = sorted(seen), random.randint(1, 6)
    for some in (ids[at : at + 20] for at in range(0, len(ids), 20)):
        found = (await product.run(ALL_ABOVE, viewer, ids=some, limit=limit))["nodes"]
        for post, each in zip(some, found, strict=True):
            assert [above and above["id"] for above in each["ancestors"]] == made.above(post, limit, seen)


async def a_part_is_a_part(product, viewer, made: Conversation, seen: set[str], random: Random) -> None:
    """Check trees that are cut: they have what is near, in the same order, and say where something is left out."""
    for post in random.sample(sorted(seen), min(6, len(seen))):
        depth, breadth, limit = random.randint(1, 4), random.randint(1, 3), random.randint(1, 10)
        found = await below(product, viewer, post, depth=depth, breadth=breadth, limit=limit)
        itself, *rest = await below(product, viewer, post, WITH_POST, depth=depth, breadth=breadth, limit=limit + 1)
        assert (itself[:2], rest) == ((post, 0), found)
        shown = {each: far for each, far, _ in found}
        whole = made.below(post, partial(made.replies, seen=seen))
        assert [each for each, _ in whole if each in shown] == [each for each, _, _ in found]
        assert all(far == shown[each] for each, far in whole if each in shown)
        assert len(found) <= limit and max(shown.values(), default=0) <= depth
        for each, _, has_more in [itself, *found]:
            replies = made.replies(each, seen)
            kept = [reply for reply in replies if reply in shown]
            assert kept == replies[: len(kept)] and len(kept) <= breadth
            assert has_more == (len(kept) < len(replies))


async def test_a_tree_with_its_post_says_that_direct_replies_are_left_out(product):
    ada = await product.sign_up("ada")
    post = await product.post(ada)
    assert await below(product, ada, post, WITH_POST, depth=1, breadth=2, limit=1) == [(post, 0, False)]
    one, two, _ = [await product.post(ada, replyToId=post) for _ in range(3)]
    cases = [(1, 3, [(post, 0, True)]), (2, 3, [(post, 0, True), (one, 1, False)]), (4, 3, None)]
    cases.append((9, 2, [(post, 0, True), (one, 1, False), (two, 1, False)]))
    for limit, breadth, expected in cases:
        found = await below(product, ada, post, WITH_POST, depth=1, breadth=breadth, limit=limit)
        assert found == expected or (expected is None and (len(found), found[0]) == (4, (post, 0, False)))


async def test_a_deep_conversation_shows_its_first_post_and_those_nearby(product):
    ada = await product.sign_up("ada")
    chain = [await product.post(ada)]
    for _ in range(5):
        chain.append(await product.post(ada, replyToId=chain[-1]))
    assert await above(product, None, chain[5], 20) == chain[:5]
    assert await above(product, None, chain[5], 2) == [chain[0], None, *chain[3:5]]
    assert await above(product, None, chain[5], 4) == chain[:5]
    assert await above(product, None, chain[0], 2) == []
    assert [each for each, _, _ in await below(product, None, chain[0], depth=2, breadth=1, limit=9)] == chain[1:3]


async def test_beyond_a_hundred_steps_there_is_a_hole(product):
    ada = await product.sign_up("ada")
    chain = [await product.post(ada)]
    for _ in range(102):
        chain.append(await product.post(ada, replyToId=chain[-1]))
    assert await above(product, None, chain[101], 100) == chain[:101]
    assert await above(product, None, chain[102], 100) == [chain[0], None, *chain[2:102]]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [({"depth": 0}, "depth"), ({"depth": 21}, "depth"), ({"breadth": 21}, "breadth"), ({"limit": 101}, "limit")],
)
async def test_what_is_out_of_bounds_is_refused_by_name(product, given: Mapping[str, int], wrong: str):
    post = await product.post(await product.sign_up("ada"))
    assert (await product.ask(BELOW, id=post, **{**WHOLE, **given})).refusal == ("INVALID_INPUT", wrong)


async def test_a_conversation_that_is_cached_asks_redis_once_for_each_post_and_the_graph_for_nothing(product):
    ada = await product.sign_up("ada")
    first = await product.post(ada)
    replies = [await product.post(ada, replyToId=first) for _ in range(3)]
    for each in replies:
        for _ in range(3):
            await product.post(ada, replyToId=each)
    whole = {"depth": 2, "breadth": 3, "limit": 20}
    for _ in range(2):
        await below(product, None, first, **whole)
    product.round_trips.clear()
    assert len(await below(product, None, first, **whole)) == 12
    assert product.round_trips.graph == []
    assert len(product.round_trips.redis) == 1 + 1 + 3 + 9  # the post, and the list below each: those of a step go out at once
