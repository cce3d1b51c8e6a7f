"""Views: how often each post was viewed, and by how many people."""

from collections import Counter
from collections.abc import Iterable, Sequence

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

Views = dict[str, tuple[int, int]]
"""Views and people by the id of the post."""


def views_of(
    seed: int, society: Society, posts: Sequence[DemoPost], likes: Iterable[Like], reposts: Iterable[DemoRepost]
) -> Views:
    """Generate the views: at least by those who like, repost or answer a post, at most by all who may see it but its author."""
    rng = seeded_random(seed, "views")
    reactions = Counter(like.post for like in likes)
    reactions.update(repost.post for repost in reposts)
    answered = Counter(post.reply_to for post in posts if post.reply_to)
    made: Views = {}
    for post in posts:
        followers = len(society.followers[post.author])
        reached = followers * rng.uniform(*(SEEN if post.home else SEEN_REPLIES)) + reactions[post.id] * rng.uniform(*FOR_A_LIKE)
        ripe = min((society.now_ms - post.created_at) / RIPE, 1.0)
        most = len(society.people) - 1 if post.audience == "PUBLIC" else followers + len(post.mentions)
        least = min(reactions[post.id] + answered[post.id], most)
        people = min(max(int(reached * ripe), least), most)
        made[post.id] = (int(people * rng.uniform(*AGAIN)), people)
    return made
