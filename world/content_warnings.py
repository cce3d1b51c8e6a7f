"""Content warnings: the line that some authors write before a post."""

from collections.abc import Sequence
from dataclasses import replace

from world.demo_post import DemoPost
from world.newest import NewestPosts
from world.seeded_random import seeded_random
from world.society import Society

WARNED = 0.02
"""Share of English posts on home timelines with a warning."""
SENSITIVE = 0.35
"""Share of these whose author also says that pictures in it are sensitive."""


def with_warnings(seed: int, society: Society, posts: Sequence[DemoPost]) -> list[DemoPost]:
    """Return the posts, some with a warning; each demo log-in has one of them among the first on their home timeline."""
    rng = seeded_random(seed, "warnings")
    seen = {next((post.id for post in home if _may_warn(post)), None) for home in NewestPosts.of(society, posts).homes}
    made = []
    for post in posts:
        if _may_warn(post) and (rng.random() < WARNED or post.id in seen):
            warning, sensitive = rng.choice(post.subject.warnings), rng.random() < SENSITIVE
            made.append(replace(post, warning=warning, sensitive=sensitive))
        else:
            made.append(post)
    return made


def _may_warn(post: DemoPost) -> bool:
    """Return whether the words of a warning fit a post: one that begins a conversation, and is about its subject."""
    return post.lang == "en" and post.reply_to is None and post.quote_of is None
