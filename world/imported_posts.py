"""Generates posts for the people of an imported graph, in the last weeks: few people write many, most write few."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from graph.ids import id_at
from world import speech
from world.cultures import cultures
from world.seeded_random import seeded_random
from world.times import PostingTimes
from world.words import subjects

BATCH = 2_500
"""Posts per transaction. The number of a batch is its seed, so that a batch can be made without those before it."""
STEEPNESS = 2.5
"""Exponent of the power law: people are shuffled, and the one at fraction x writes in proportion to x^(1 / STEEPNESS - 1)."""
NATIVE_SPEAKERS = 5
"""One in this many people writes in their own language, if their culture has texts."""


@dataclass(frozen=True, slots=True)
class PostBatch:
    """The rows of a batch for `world/add_posts` and `world/add_tags`."""

    posts: list[tuple[object, ...]]
    tags: list[tuple[str, str]]


def shuffled(members: "array[int]", seed: str) -> "array[int]":
    """Return the people in a random order, the same for the same seed."""
    seeded_random(seed).shuffle(order := members[:])
    return order


def imported_posts(seed: str, order: "array[int]", start: int, stop: int, now_ms: int) -> Iterator[PostBatch]:
    """Yield batches of the posts with numbers from `start`, rounded down to a batch, up to `stop`."""
    rhythm = PostingTimes(now_ms)
    for first in range(start - start % BATCH, stop, BATCH):
        rng = seeded_random(seed, first)
        written = PostBatch([], [])
        for _ in range(min(BATCH, stop - first)):
            _add(written, rng, order[int(len(order) * rng.random() ** STEEPNESS)], rhythm)
        yield written


def _add(written: PostBatch, rng: Random, key: int, rhythm: PostingTimes) -> None:
    culture = cultures()[key % len(cultures())]
    if culture.posts and key % NATIVE_SPEAKERS == 0:
        saying = speech.native_post(rng, culture)
    else:
        saying = speech.post(rng, subjects()[key * 7 % len(subjects())])
    at = rhythm.moment(rng, culture.offset, 0)
    id_ = id_at(at, rng.getrandbits(74))
    written.posts.append((id_, key, saying.text, saying.lang, "PUBLIC", True, None, None, [], [], at))
    written.tags.extend((id_, tag) for tag in saying.tags)
