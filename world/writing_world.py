"""How a planned demo world comes into the graph: people, follows, posts, what ties posts together, likes."""

from itertools import groupby
from random import Random

from graph.driver import Graph
from graph.rows.users import UserState
from world.chance import chance
from world.errors import WorldConflict
from world.people import Person
from world.plan import Plan
from world.posts import DemoPost
from world.progress import Progress
from world.rhythm import DAY
from world.writing import Ledger, batches

FOLLOWERS_A_BATCH = 100
"""People whose follows are one transaction, some 2,500 edges."""


async def write_world(graph: Graph, plan: Plan, progress: Progress) -> None:
    """Write everything; what is there already stays as it is.

    Raises:
        WorldConflict: somebody else has the username of a demo person.

    """
    posts = plan.posts
    replies = [(post.id, post.reply_to) for post in posts if post.reply_to]
    tags = [(post.id, tag) for post in posts for tag in post.tags]
    mentions = [(post.id, index) for post in posts for index in post.mentions]
    follows = groupby(plan.follows, key=lambda follow: follow.follower)
    edges = [(follower, [(f.followed, f.at) for f in group]) for follower, group in follows]
    total = len(plan.people) + len(edges) + len(posts) + len(replies) + len(tags) + len(mentions) + len(plan.likes)
    ledger = Ledger(graph, progress, total)
    keys = await _write_people(ledger, plan)
    await ledger.write(
        "world/add_follows",
        [(keys[follower], [(keys[followed], at) for followed, at in those]) for follower, those in edges],
        "follows",
        FOLLOWERS_A_BATCH,
    )
    await ledger.write("world/add_posts", [_post_row(post, plan.people, keys) for post in posts], "posts")
    await ledger.write("world/add_replies", replies, "replies")
    await ledger.write("world/add_tags", tags, "hashtags")
    await ledger.write("world/add_mentions", [(post, keys[index]) for post, index in mentions], "mentions")
    await ledger.write("world/add_likes", [(keys[like.by], like.post, like.at) for like in plan.likes], "likes")


async def _write_people(ledger: Ledger, plan: Plan) -> list[int]:
    """Write the people, and give their keys in order."""
    rng = chance(plan.now_ms, "seen")
    last_posts: dict[int, int] = {}
    for post in plan.posts:
        last_posts[post.author] = max(post.created_at, last_posts.get(post.author, 0))
    keys: list[int] = []
    for batch in batches(plan.people):
        rows = [_person_row(rng, person, last_posts.get(person.index), plan.now_ms) for person in batch]
        last, known = await ledger.graph.write("world/add_people", people=rows)
        for person, (key, id_) in zip(batch, known, strict=True):
            if id_ not in (None, person.id):
                raise WorldConflict(f"The username {person.username} is taken: empty the graph, or seed another number.")
            last += key is None
            keys.append(last if key is None else key)
        ledger.step(len(batch), "people")
    return keys


def _person_row(rng: Random, person: Person, last_post: int | None, now_ms: int) -> dict[str, object]:
    """Give the properties of a person; a driver leaves out those that are None."""
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
    """Give the columns that `world/add_posts` takes."""
    names = [people[index].username for index in post.mentions]
    ids = [people[index].id for index in post.mentions]
    place = (post.audience, post.home, post.reply_to, post.root)
    return (post.id, keys[post.author], post.text, post.lang, *place, names, ids, post.created_at)
