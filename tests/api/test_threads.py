"""Conversations: what is above a post and below it, for every viewer, equals what a walk over all posts finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from random import Random

import pytest

from tests.api.product import POST, Person, own_id
from tests.property_examples import examples

LIKE_RANDOMLY = 0.4
"""How likely somebody likes a post that they see, or hides a reply to their post."""
AUDIENCES = ["PUBLIC", "PUBLIC", "PUBLIC", "FOLLOWERS", "MENTIONED"]
SEEN = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
ABOVE = "query ($id: ID!, $limit: Int!) { post(id: $id) { ancestors(limit: $limit) { id } } }"
BELOW = """query ($id: ID!, $depth: Int!, $breadth: Int!, $limit: Int!) {
  post(id: $id) { descendants(depth: $depth, breadth: $breadth, limit: $limit) { post { id } depth hasMore } }
}"""
WITH_POST = BELOW.replace("limit: $limit)", "limit: $limit, includePost: true)")
RELEVANT = BELOW.replace("limit: $limit)", "limit: $limit, order: RELEVANCE)")
PAGE = """query ($id: ID!, $first: Int!, $after: String, $order: ReplyOrder!) { post(id: $id) {
  replies(first: $first, after: $after, order: $order) { edges { node { id } } pageInfo { hasNextPage endCursor } } } }"""
HIDE = "mutation ($input: HideReplyInput!) { hideReply(input: $input) { __typename } }"
LIKES = "MATCH (p:Post) RETURN collect([p.id, p.authorId, COUNT { (p)<-[:LIKED]-() }])"
FOLLOWS = "MATCH (:User {id: $id})-[:FOLLOWS]->(u:User) RETURN collect(u.id)"
BLOCK = "mutation ($input: BlockInput!) { block(input: $input) { __typename } }"
WHOLE = {"depth": 20, "breadth": 20, "limit": 100}


@dataclass(frozen=True, slots=True)
class Conversation:
    """Posts in the order in which they were written, and what each answers."""

    parents: dict[str, str | None] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    authors: dict[str, str] = field(default_factory=dict)
    likes: dict[str, int] = field(default_factory=dict)

    def above(self, post: str, limit: int, seen: set[str]) -> list[str | None]:
        """Return the first post and the nearest ones, with None for each run of those that are not there."""
        chain: list[str] = []
        each = self.parents[post]
        while each is not None:
            chain.insert(0, each)
            each = self.parents[each]
        shown = [each if each in seen and (not at or at >= len(chain) - limit) else None for at, each in enumerate(chain)]
        return [each for at, each in enumerate(shown) if each is not None or at == 0 or shown[at - 1] is not None]

    def replies(self, post: str, seen: set[str]) -> list[str]:
        """Return the replies of a post that are seen and not hidden."""
        shown = seen - self.hidden
        return [each for each, parent in self.parents.items() if parent == post and each in shown]

    def relevant(self, post: str, seen: set[str], followed: set[str]) -> list[str]:
        """Return the same by relevance: the author's own by time, those of the followed by likes, others by likes."""

        def place(reply: str) -> tuple[int, int]:
            if self.authors[reply] == self.authors[post]:
                return 0, 0
            return 1 if self.authors[reply] in followed else 2, -self.likes[reply]

        return sorted(self.replies(post, seen), key=place)

    def below(self, post: str, replies: Callable[[str], list[str]], depth: int = 1) -> list[tuple[str, int]]:
        """Return everything below a post that is reached by these replies of each, and how far below."""
        return [found for reply in replies(post) for found in [(reply, depth), *self.below(reply, replies, depth + 1)]]


async def written(product, random: Random, people: list[Person], count: int) -> Conversation:
    """Write a conversation in which everybody may answer everything they see."""
    made = Conversation()
    while len(made.parents) < count:
        author, parent = random.choice(people), random.choice([*made.parents][-8:]) if made.parents else None
        given = {"text": "Hello.", "audience": random.choice(AUDIENCES) if parent else "PUBLIC", "replyToId": parent}
        answer = await product.ask(POST, author, input=given)
        if answer.code is None:  # else they do not see what they would answer
            made.parents[answer.data["createPost"]["post"]["id"]] = parent
    return made


async def seen_by(product, viewer: Person | None, made: Conversation) -> set[str]:
    """Return the posts that a viewer may see."""
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


async def liked_and_hidden(product, random: Random, people: list[Person], made: Conversation) -> None:
    """Let people like what they see, and hide replies to what they wrote; note it."""
    for viewer in people:
        for post in sorted(await seen_by(product, viewer, made)):
            if random.random() < LIKE_RANDOMLY:
                await product.like(viewer, post)
    named = {own_id(post): post for post in made.parents}
    for id_, author, likes in await product.cypher(LIKES):
        made.authors[named[id_]], made.likes[named[id_]] = author, likes
    for post, parent in made.parents.items():
        if parent is not None and random.random() < LIKE_RANDOMLY / 4:
            author = next(each for each in people if each.own_id == made.authors[parent])
            if (await product.ask(HIDE, author, input={"postId": post})).code is None:  # else the other is deleted
                made.hidden.add(post)


@pytest.mark.parametrize("seed", range(examples(2)))
async def test_every_viewer_sees_what_a_walk_over_all_posts_finds(product, seed):
    random = Random(seed)
    people = await product.people("ada", "bea", "cid", "dov")
    for each in people:
        await product.follow(each, *random.sample([other for other in people if other != each], 2))
    made = await written(product, random, people, 40)
    for post in random.sample([*made.parents], 4):
        owner = await product.cypher("MATCH (p:Post {id: $id}) RETURN p.authorId", id=own_id(post))
        await product.delete(next(each for each in people if each.own_id == owner), post)
    await liked_and_hidden(product, random, people, made)
    blocker, blocked = random.sample(people, 2)
    await product.run(BLOCK, blocker, input={"userId": blocked.id})
    for viewer in [*people, None]:
        seen = await seen_by(product, viewer, made)
        followed = set() if viewer is None else set(await product.cypher(FOLLOWS, id=viewer.own_id))
        by_time, by_relevance = partial(made.replies, seen=seen), partial(made.relevant, seen=seen, followed=followed)
        for post in sorted(seen):
            limit = random.randint(1, 6)
            assert await above(product, viewer, post, limit) == made.above(post, limit, seen)
            for document, replies in ((BELOW, by_time), (RELEVANT, by_relevance)):
                whole = [(*each, False) for each in made.below(post, replies)]
                assert await below(product, viewer, post, document, **WHOLE) == whole
            if len(by_time(post)) > 1:
                assert await walked(product, viewer, post, random.randint(1, 3), "TIME") == by_time(post)
                assert await walked(product, viewer, post, random.randint(1, 3), "RELEVANCE") == by_relevance(post)
        await a_part_is_a_part(product, viewer, made, seen, random)


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
