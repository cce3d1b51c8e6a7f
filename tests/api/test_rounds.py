"""Round trips to Neo4j and Redis of the operations that clients make most, cold and warm."""

import pytest

from tests.api.test_pictures import AVATAR, photo, uploaded

AUTHOR = "author { id username displayName avatar { thumbnailUrl } }"
BODY = f"""id text createdAt {AUTHOR} media {{ ... on Picture {{ mediumUrl }} }} likeCount replyCount viewerLikes
mentions {{ user {{ id }} }}"""
PEOPLE = "edges { node { id displayName avatar { thumbnailUrl } followerCount } } pageInfo { hasNextPage endCursor }"
READS = {
    "home": f"query ($first: Int!) {{ homeTimeline(first: $first) {{ edges {{ node {{ {BODY} }} }} }} }}",
    "profile": """{ user(username: "mira") {
      id displayName bio avatar { largeUrl } followerCount followingCount postCount viewerFollows followsViewer } }""",
    "posts": f'query ($first: Int!) {{ user(username: "mira") {{ posts(first: $first) {{ edges {{ node {{ {BODY} }} }} }} }} }}',
    "followers": f'query ($first: Int!) {{ user(username: "mira") {{ followers(first: $first) {{ {PEOPLE} }} }} }}',
    "following": f'query ($first: Int!) {{ user(username: "mira") {{ following(first: $first) {{ {PEOPLE} }} }} }}',
    "replies": f"""query ($first: Int!, $post: ID!) {{
      post(id: $post) {{ {BODY} replies(first: $first) {{ edges {{ node {{ {BODY} }} }} }} }} }}""",
    "suggestions": """query ($first: Int!) { peopleYouMayKnow(first: $first) {
      person { id avatar { thumbnailUrl } } mutualCount mutuals { id username } } }""",
    "viewer": "{ viewer { id username } }",
}
WARM: dict[str, tuple[list[str], int]] = {
    "home": ([], 5),
    "profile": ([], 2),
    "posts": ([], 5),
    "followers": ([], 4),
    "following": ([], 4),
    "plain followers": ([], 2),
    "whole profile": ([], 2),
    "replies": ([], 8),
    "suggestions": ([], 2),
    "viewer": ([], 1),
}
"""The statements that a read runs when everything is cached, and how often it asks Redis at most: pictures, avatars and the
mentioned are each one more, for the whole page."""
WRITES = {
    "like": "mutation ($post: ID!) { likePost(input: {postId: $post}) { post { id viewerLikes likeCount } } }",
    "follow": """mutation ($user: ID!) { follow(input: {userId: $user}) {
      user { followerCount viewerFollows } viewer { followingCount } } }""",
    "post": 'mutation { createPost(input: {text: "Hello @mira."}) { post { id text author { username } } } }',
}
AFTER_WRITE = {
    "like": (["posts/like"], 2),
    "follow": (["follows/follow"], 5),
    "post": (["users/ids_by_username", "posts/create"], 5),
}
"""The same of a write, which itself returns what it has changed. A follow also merges, where the follower has a timeline; a
post leases its rows beside the statement."""


@pytest.fixture
async def crowd(product):
    """Six people who each follow the next three, some with pictures, and posts with mentions, pictures and replies."""
    people = await product.people("mira", *(f"name{each}" for each in range(1, 6)))
    for at, user in enumerate(people):
        await product.follow(user, *(people[(at + step) % 6] for step in (1, 2, 3)))
    pictures = [await uploaded(product, user, photo()) for user in people[:3]]
    await product.settle()
    for user, picture in zip(people, pictures, strict=False):
        await product.run(AVATAR, user, input={"avatarId": picture})
    posts = [await product.post(user, f"Hello @name{at + 1}.") for at, user in enumerate(people) for _ in range(2)]
    posts.append(await product.post(people[2], "Hello @mira.", mediaIds=[pictures[2]]))
    for user in people:
        await product.post(user, "Hello @mira.", replyToId=posts[-1])
    return people, posts


async def asked(product, document, viewer, people, posts, *, first=20):
    given = {"first": first, "post": posts[-1], "user": people[5].id}
    product.round_trips.clear()
    await product.run(document, viewer, **{key: value for key, value in given.items() if f"${key}:" in document})
    return sorted(product.round_trips.graph), len(product.round_trips.redis)


async def test_a_warm_read_asks_only_what_it_must(product, crowd):
    for name, document in READS.items():
        await asked(product, document, crowd[0][1], *crowd)
        graph, redis = await asked(product, document, crowd[0][1], *crowd)
        assert (graph, redis <= WARM[name][1]) == (sorted(WARM[name][0]), True), (name, redis)


async def test_a_longer_page_asks_no_more_often_even_when_nothing_is_warm(product, crowd):
    viewer = crowd[0][1]
    people, posts = crowd
    for name, document in READS.items():
        await asked(product, document, viewer, people, posts)  # compiles it: what is measured runs the same code
        counts = []
        for first in (2, 12):
            await product.forget_caches()
            graph, _ = await asked(product, document, viewer, people, posts, first=first)
            counts.append(len(graph))
        assert counts[0] == counts[1] <= 15, (name, counts, sorted(graph))


async def test_a_write_asks_only_what_it_must(product, crowd):
    await asked(product, READS["replies"], crowd[0][1], *crowd)
    for name, document in WRITES.items():
        graph, redis = await asked(product, document, crowd[0][1], *crowd)
        assert (graph, redis <= AFTER_WRITE[name][1]) == (sorted(AFTER_WRITE[name][0]), True), (name, redis)
