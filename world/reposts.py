"""Generates reposts: a few posts travel from follower to follower, most do not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from graph.ids import repost_id_at
from world.demo_post import DemoPost
from world.likes import Like
from world.seeded_random import seeded_random
from world.society import Society
from world.times import PostingTimes

OF_LIKERS, MOST_OF_LIKERS = 0.02, 0.5
"""Shares of those who like a typical post, and one that everybody passes on, who repost it."""
OF_FOLLOWERS = 0.25
"""Share of the followers of somebody who reposted that repost it in their turn, relative to that of those who like it."""
FOR_A_LIKE = (0.3, 0.8)
"""Most reposts of a post, for one like: between the two."""
REPLY_FACTOR = 0.15
"""Reposts of a reply relative to those of other posts."""
OF_A_LOG_IN = 3
"""Reposts by each demo log-in, at least, of posts of those whom they follow."""
MINUTE = 60_000
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class DemoRepost:
    """One repost: its id, an index of people, the id of the post, and the time in milliseconds since 1970 UTC."""

    id: str
    by: int
    post: str
    at: int


def reposts_of(seed: int, society: Society, posts: Sequence[DemoPost], likes: Iterable[Like]) -> list[DemoRepost]:
    """Generate the reposts, in the order of the posts. Nobody reposts a post twice, or before they could see it."""
    rng, liked = seeded_random(seed, "reposts"), _by_post(likes)
    log_ins = dict(_by_log_ins(rng, society, posts))
    made: list[DemoRepost] = []
    for post in posts:
        if _may_repost(society, post):
            by = _spread(rng, society, post, liked[post.id])
            for who in log_ins.get(post.id, ()):
                by.setdefault(who, _after(rng, society, who, post.created_at))
            made.extend(DemoRepost(repost_id_at(at, rng.getrandbits(74), post.id), who, post.id, at) for who, at in by.items())
    return made


def _by_post(likes: Iterable[Like]) -> dict[str, list[Like]]:
    liked = defaultdict(list)
    for like in likes:
        liked[like.post].append(like)
    return liked


def _may_repost(society: Society, post: DemoPost) -> bool:
    return post.audience == "PUBLIC" and not society.people[post.author].private and post.reply_hidden_at is None


def _spread(rng: Random, society: Society, post: DemoPost, likes: Sequence[Like]) -> dict[int, int]:
    """Return who reposts a post and when: some who like it, then some of their followers, and so on."""
    appeal = min(OF_LIKERS * rng.paretovariate(0.9), MOST_OF_LIKERS) * (1.0 if post.home else REPLY_FACTOR)
    rhythm, by = PostingTimes(society.now_ms), dict[int, int]()
    for like in likes:
        if rng.random() < appeal:
            by[like.by] = rhythm.between(rng, like.at, min(like.at + MINUTE, society.now_ms))
    reached, asked, most = list(by), {post.author, *by}, len(likes) * rng.uniform(*FOR_A_LIKE)
    while reached and len(by) < most:
        passing = reached.pop(0)
        for follower in society.followers[passing]:
            if follower in asked:
                continue
            asked.add(follower)
            if rng.random() < (appeal * OF_FOLLOWERS) ** 1.5:
                by[follower] = _after(rng, society, follower, by[passing])
                reached.append(follower)
    return by


def _after(rng: Random, society: Society, person: int, at: int) -> int:
    """Draw when a person reposts what they could see since a moment."""
    return PostingTimes(society.now_ms).answer(rng, max(at, society.people[person].created_at))


def _by_log_ins(rng: Random, society: Society, posts: Sequence[DemoPost]) -> Iterator[tuple[str, list[int]]]:
    """Yield posts that demo log-ins repost, with who does."""
    chosen: dict[str, list[int]] = defaultdict(list)
    for person in society.log_ins:
        followed = {*society.following[person.index]}
        theirs = [post.id for post in posts if post.author in followed and post.home and _may_repost(society, post)]
        for post in rng.sample(theirs, min(OF_A_LOG_IN, len(theirs))):
            chosen[post].append(person.index)
    yield from chosen.items()
