"""Views: how often each post was viewed, and by how many people."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from world.demo_post import DemoPost
from world.likes import Like
from world.reposts import DemoRepost
from world.seeded_random import seeded_random
from world.society import Society
from world.times import HOUR

SEEN, SEEN_REPLIES = (0.08, 0.45), (0.01, 0.06)
"""Shares of the followers of an author who view a post of theirs, and a reply: between the two."""
FOR_A_LIKE = (2.0, 5.0)
"""People who view a post, for one who likes or reposts it: between the two."""
AGAIN = (1.05, 1.7)
"""Views for one person who views: between the two."""
RIPE = 8 * HOUR
"""Age in milliseconds at which a post was seen by most who will see it."""



@dataclass(frozen=True, slots=True)
class Viewed:
    """The views of a post. `people` holds indexes of people."""

    times: int
    people: Sequence[int]


Views = dict[str, Viewed]
"""By the id of the post."""


def views_of(
    seed: int, society: Society, posts: Sequence[DemoPost], likes: Iterable[Like], reposts: Iterable[DemoRepost]
) -> Views:
    """Generate the views: at least by those who like, repost or answer a post, at most by all who may see it but its author."""
    rng = seeded_random(seed, "views")
    reactions = Counter(like.post for like in likes)
    reactions.update(repost.post for repost in reposts)
    answered = Counter(post.reply_to for post in posts if post.reply_to)
    made: Views = {}
    order = list(range(len(society.people)))
    rng.shuffle(order)
    order += order  # so that as many as there are follow each of them
    for post in posts:
        followers, share = society.followers[post.author], SEEN if post.home else SEEN_REPLIES
        reached = len(followers) * rng.uniform(*share) + reactions[post.id] * rng.uniform(*FOR_A_LIKE)
        ripe = min((society.now_ms - post.created_at) / RIPE, 1.0)
        wanted = max(int(reached * ripe), reactions[post.id] + answered[post.id])
        start = rng.randrange(len(society.people))
        pool = order[start : start + wanted + 1] if post.audience == "PUBLIC" else followers
        people = [index for index in pool[: len(society.people)] if index != post.author][:wanted]
        made[post.id] = Viewed(int(len(people) * rng.uniform(*AGAIN)), people)
    return made
