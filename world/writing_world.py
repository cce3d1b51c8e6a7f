"""Writes a generated demo world to the graph: people, follows, posts with their relationships, and what people do with them."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, groupby
from random import Random

from graph.driver import Graph
from graph.ids import pack
from graph.rows.users import UserState
from keyspace.sketches import Place, place_of, sketch_of
from world.demo_post import DemoPost
from world.errors import UsernameTaken
from world.keeping import Keeping
from world.people import Person
from world.plan import Plan
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
    writer = BatchWriter(graph, progress, _total(plan))
    keys = await _write_people(writer, plan)
    follows = groupby(plan.follows, key=lambda follow: follow.follower)
    edges = [(follower, [(f.followed, f.at) for f in group]) for follower, group in follows]
    await writer.write(
        "world/add_follows",
        [(keys[follower], [(keys[followed], at) for followed, at in those]) for follower, those in edges],
        "follows",
        FOLLOWERS_A_BATCH,
    )
    await _write_posts(writer, plan, keys)
    await writer.write("world/add_likes", [(keys[like.by], like.post, like.at) for like in plan.likes], "likes")
    reposts = [(repost.id, keys[repost.by], repost.post, repost.at) for repost in plan.reposts]
    await writer.write("world/add_reposts", reposts, "reposts")
    await _write_keeping(writer, plan.keeping, keys)


async def _write_people(writer: BatchWriter, plan: Plan) -> list[int]:
    """Write the people, and return their keys in order."""
    rng = seeded_random(plan.now_ms, "seen")
    last_seen: dict[int, int] = defaultdict(int)
    for who, at in chain(((post.author, post.edited_at or post.created_at) for post in plan.posts), _reposted(plan)):
        last_seen[who] = max(at, last_seen[who])
    keys: list[int] = []
    for batch in batches(plan.people):
        rows = [_person_row(rng, person, last_seen[person.index], plan.now_ms) for person in batch]
        last, known = await writer.graph.write("world/add_people", people=rows)
        for person, (key, id_) in zip(batch, known, strict=True):
            if id_ not in (None, person.id):
                raise UsernameTaken(f"The username {person.username} is taken: empty the graph, or use another seed.")
            last += key is None
            keys.append(last if key is None else key)
        writer.step(len(batch), "people")
    return keys


def _reposted(plan: Plan) -> Iterator[tuple[int, int]]:
    return ((repost.by, repost.at) for repost in plan.reposts)


def _person_row(rng: Random, person: Person, last_seen: int, now_ms: int) -> dict[str, object]:
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
        "lastActiveAt": max(seen, last_seen, person.created_at),
    }


async def _write_posts(writer: BatchWriter, plan: Plan, keys: list[int]) -> None:
    posts = plan.posts
    places = [place_of(pack(person.id)) for person in plan.people]
    await writer.write("world/add_posts", [_post_row(post, plan, keys, places) for post in posts], "posts")
    await writer.write("world/add_replies", [(post.id, post.reply_to) for post in posts if post.reply_to], "replies")
    await writer.write("world/add_quotes", [(post.id, post.quote_of) for post in posts if post.quote_of], "quotes")
    await writer.write("world/add_tags", [(post.id, tag) for post in posts for tag in post.tags], "hashtags")
    mentions = [(post.id, keys[index]) for post in posts for index in post.mentions]
    await writer.write("world/add_mentions", mentions, "mentions")
    await writer.write("world/add_versions", [row for post in posts for row in _version_rows(post)], "edits")


async def _write_keeping(writer: BatchWriter, keeping: Keeping, keys: list[int]) -> None:
    await writer.write("world/add_pins", [(keys[author], pinned) for author, pinned in keeping.pins.items()], "pinned posts")
    folders = [(keys[each.owner], each.id, each.name, each.name_key, each.created_at) for each in keeping.folders]
    await writer.write("world/add_bookmark_folders", folders, "folders")
    bookmarks = [(keys[each.owner], each.post, each.at, each.folder) for each in keeping.bookmarks]
    await writer.write("world/add_bookmarks", bookmarks, "bookmarks")
    follows = [(keys[each.by], each.tag, each.at) for each in keeping.hashtags]
    await writer.write("world/add_hashtag_follows", follows, "followed hashtags")


def _total(plan: Plan) -> int:
    """Count the rows of all that is written; the follows of one person are one."""
    keeping, posts = plan.keeping, plan.posts
    of_posts = sum(
        1 + bool(post.reply_to) + bool(post.quote_of) + len(post.tags) + len(post.mentions) + len(post.versions) for post in posts
    )
    followers = len({follow.follower for follow in plan.follows})
    of_keeping = sum(map(len, (keeping.pins, keeping.folders, keeping.bookmarks, keeping.hashtags)))
    return len(plan.people) + followers + of_posts + len(plan.likes) + len(plan.reposts) + of_keeping


def _post_row(post: DemoPost, plan: Plan, keys: list[int], places: list[Place]) -> tuple[object, ...]:
    """Return the columns for `world/add_posts`; `places` are those of people in the sketches of who has viewed a post."""
    names = [plan.people[index].username for index in post.mentions]
    ids = [plan.people[index].id for index in post.mentions]
    place = (post.audience, post.home, post.reply_to, post.root)
    viewed = plan.views[post.id]
    sketch = sketch_of(places[index] for index in viewed.people) if viewed.people else None
    more = {
        "quoteOfId": post.quote_of, "quoteDetachedAt": post.quote_detached_at, "replyHiddenAt": post.reply_hidden_at,
        "editedAt": post.edited_at, "warning": post.warning, "sensitive": post.sensitive or None,
        "views": viewed.times or None, "viewers": len(viewed.people) or None, "viewSketch": sketch,
    }  # fmt: skip
    given = {name: value for name, value in more.items() if value is not None}
    return (post.id, keys[post.author], post.text, post.lang, *place, names, ids, post.created_at, given)


def _version_rows(post: DemoPost) -> Iterator[tuple[object, ...]]:
    """Yield the columns for `world/add_versions`, the oldest version first."""
    since = post.created_at
    for version in post.versions:
        yield (post.id, version.text, version.warning, since, version.until)
        since = version.until
