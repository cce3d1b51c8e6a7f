"""Writes a generated demo world to the graph: people, follows, posts with their relationships, and likes."""

from itertools import groupby
from random import Random

from graph.driver import Graph
from graph.rows.users import UserState
from world.errors import UsernameTaken
from world.people import Person
from world.plan import Plan
from world.posts import DemoPost
from world.progress import Progress
from world.seeded_random import seeded_random
from world.times import DAY
from world.writing import BatchWriter, batches

FOLLOWERS_A_BATCH = 100
"""Followers per transaction, with about 2,500 edges."""


async def write_world(graph: Graph, plan: Plan, progress: Progress) -> None:
    """Write everything; rows that exist already are not changed.

    Raises:
        UsernameTaken: somebody else has a username of the demo world.

    """
    posts = plan.posts
    replies = [(post.id, post.reply_to) for post in posts if post.reply_to]
    tags = [(post.id, tag) for post in posts for tag in post.tags]
    mentions = [(post.id, index) for post in posts for index in post.mentions]
    follows = groupby(plan.follows, key=lambda follow: follow.follower)
    edges = [(follower, [(f.followed, f.at) for f in group]) for follower, group in follows]
    total = len(plan.people) + len(edges) + len(posts) + len(replies) + len(tags) + len(mentions) + len(plan.likes)
    writer = BatchWriter(graph, progress, total)
    keys = await _write_people(writer, plan)
    await writer.write(
        "world/add_follows",
        [(keys[follower], [(keys[followed], at) for followed, at in those]) for follower, those in edges],
        "follows",
        FOLLOWERS_A_BATCH,
    )
    await writer.write("world/add_posts", [_post_row(post, plan.people, keys) for post in posts], "posts")
    await writer.write("world/add_replies", replies, "replies")
    await writer.write("world/add_tags", tags, "hashtags")
    await writer.write("world/add_mentions", [(post, keys[index]) for post, index in mentions], "mentions")
    await writer.write("world/add_likes", [(keys[like.by], like.post, like.at) for like in plan.likes], "likes")


async def _write_people(writer: BatchWriter, plan: Plan) -> list[int]:
    """Write the people, and return their keys in order."""
    rng = seeded_random(plan.now_ms, "seen")
    last_posts: dict[int, int] = {}
    for post in plan.posts:
        last_posts[post.author] = max(post.created_at, last_posts.get(post.author, 0))
    keys: list[int] = []
    for batch in batches(plan.people):
        rows = [_person_row(rng, person, last_posts.get(person.index), plan.now_ms) for person in batch]
        last, known = await writer.graph.write("world/add_people", people=rows)
        for person, (key, id_) in zip(batch, known, strict=True):
            if id_ not in (None, person.id):
                raise UsernameTaken(f"The username {person.username} is taken: empty the graph, or use another seed.")
            last += key is None
            keys.append(last if key is None else key)
        writer.step(len(batch), "people")
    return keys


def _person_row(rng: Random, person: Person, last_post: int | None, now_ms: int) -> dict[str, object]:
    """Return the properties of a person; Neo4j does not store those that are None."""
    seen = now_ms - int(rng.expovariate(1 / (3 * DAY)))
    return {
        "id": person.id,
        "username": person.username,
        "usernameKey": person.username,
        "displayName": person.display_name,
        "bio": person.bio,
        "location": person.location,
        "website": person.website,
        "private": person.private,
        "discoverable": True,
        "state": UserState.ACTIVE,
        "verifiedAt": person.verified_at,
        "createdAt": person.created_at,
        "lastActiveAt": max(seen, last_post or 0, person.created_at),
    }


def _post_row(post: DemoPost, people: list[Person], keys: list[int]) -> tuple[object, ...]:
    """Return the columns for `world/add_posts`."""
    names = [people[index].username for index in post.mentions]
    ids = [people[index].id for index in post.mentions]
    place = (post.audience, post.home, post.reply_to, post.root)
    return (post.id, keys[post.author], post.text, post.lang, *place, names, ids, post.created_at)
