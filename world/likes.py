"""Generates likes: mostly by followers of the author, many for a few posts and few for most."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from world.demo_post import DemoPost
from world.seeded_random import seeded_random
from world.society import Society
from world.times import PostingTimes

USUAL, MOST = 0.031, 0.6
"""Shares of the author's followers who like a typical post, and the most popular one."""
REPLY_FACTOR = 0.3
"""Likes of a reply relative to those of other posts."""
UNRELATED = 0.15
"""Share of the likes of a public post that come from people who are not followers."""


@dataclass(frozen=True, slots=True)
class Like:
    """One like: an index of people, the id of a post, and the time in milliseconds since 1970 UTC."""

    by: int
    post: str
    at: int


def likes_of(seed: int, society: Society, posts: Iterable[DemoPost]) -> list[Like]:
    """Generate the likes, in the order of the posts. Nobody likes a post twice, or their own."""
    rng, rhythm, people = seeded_random(seed, "likes"), PostingTimes(society.now_ms), society.people
    made = []
    for post in posts:
        for by in _admirers(rng, post, society.followers[post.author], len(people)):
            since = max(post.created_at, people[by].created_at)
            made.append(Like(by, post.id, rhythm.answer(rng, since)))
    return made


def _admirers(rng: Random, post: DemoPost, followers: list[int], count: int) -> list[int]:
    share = min(USUAL * rng.paretovariate(1.0), MOST) * (1.0 if post.home else REPLY_FACTOR)
    likes = min(int(len(followers) * share + rng.random()), len(followers))
    admirers = dict.fromkeys(rng.sample(followers, likes))
    if post.audience == "PUBLIC":
        for _ in range(int(likes * UNRELATED + rng.random())):
            admirers[rng.randrange(count)] = None
    admirers.pop(post.author, None)
    return list(admirers)
