"""Edits: what some posts said before, for some minutes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from world.demo_post import DemoPost, Version
from world.newest import NewestPosts
from world.seeded_random import seeded_random
from world.society import Society
from world.template import rendered
from world.words import talk

EDITED, EDITED_REPLIES = 0.03, 0.012
"""Shares of posts and of replies that were edited."""
WINDOW_MS = 30 * 60_000
"""How long a post can be edited, as the product has it by default, in milliseconds."""
TWICE, WARNED_LATER = 0.2, 0.4
"""Shares of edited posts that were edited once more, and of those with a warning that got it by an edit."""
ADDED = 0.3
"""Share of the edits of English texts that add a line."""
LONGEST = 500
"""Longest text, in characters."""
MOST = 3
"""Edits of a post."""

_WORD = re.compile(r"(?<![\w@#/.'’-])[a-z]{5,}(?![\w@/:'’-])", re.IGNORECASE)
"""A plain word, in which letters may change places: no name, hashtag or part of an address."""


def with_edits(seed: int, society: Society, posts: Sequence[DemoPost]) -> list[DemoPost]:
    """Return the posts, some with versions; each demo log-in finds one of their own, and one of somebody they follow."""
    rng = seeded_random(seed, "edits")
    newest = NewestPosts.of(society, posts)
    seen = {
        next((post.id for post in found if _may_edit(post, society.now_ms) and not post.warning), None)
        for found in (*newest.homes, *newest.own)
    }
    made = []
    for post in posts:
        share = EDITED if post.home else EDITED_REPLIES
        chosen = post.id in seen or rng.random() < share or bool(post.warning and rng.random() < WARNED_LATER)
        made.append(_edited(rng, post, society.now_ms) if chosen and _may_edit(post, society.now_ms) else post)
    return made


def _may_edit(post: DemoPost, now_ms: int) -> bool:
    return _WORD.search(post.text) is not None and post.created_at + MOST < now_ms


def _edited(rng: Random, post: DemoPost, now_ms: int) -> DemoPost:
    """Return a post after edits: what it says is made as it was written first, then corrected."""
    text, before = post.text, []
    if post.lang == "en" and rng.random() < ADDED:
        line = rendered(rng.choice(talk().corrections), post.subject.slots, rng)
        if len(text) + len(line) + 2 <= LONGEST:
            before.append((text, post.warning))
            text = f"{text}\n\n{line}"
    if not before or rng.random() < TWICE:
        before.insert(0, (_misspelt(rng, post.text), post.warning))
    if post.warning and rng.random() < WARNED_LATER:
        before = [(before[0][0], None), *before]
    until = post.created_at + min(WINDOW_MS, now_ms - post.created_at - 1)
    times = _moments(rng, post.created_at, until, len(before))
    versions = tuple(Version(said, warning, at) for (said, warning), at in zip(before, times, strict=True))
    return replace(post, text=text, versions=versions)


def _moments(rng: Random, after: int, last: int, count: int) -> list[int]:
    """Draw so many different moments, most of them in the first minutes, the last one at `last` at most."""
    room = last - after - count
    drawn = sorted(min(int(rng.lognormvariate(1.1, 0.9) * 60_000), max(room, 0)) for _ in range(count))
    return [after + 1 + number + each for number, each in enumerate(drawn)]


def _misspelt(rng: Random, text: str) -> str:
    """Let two letters of a word change places."""
    start, end = rng.choice([match.span() for match in _WORD.finditer(text)])
    for at in rng.sample(range(start + 1, end - 1), end - start - 2):
        if text[at] != text[at + 1]:
            return f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"
    return f"{text[:start]}{text[start + 1 :]}"
