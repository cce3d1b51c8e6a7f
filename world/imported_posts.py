"""Posts for the people of an imported graph: few write much, many write little, over the last weeks."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from graph.ids import id_at
from world import speech
from world.chance import chance
from world.cultures import cultures
from world.rhythm import Rhythm
from world.words import subjects

BATCH = 2_500
"""Posts of one transaction; each batch is made from its own number, so that a later one needs no earlier one."""
STEEPNESS = 2.5
"""Of people in an order by lot, the one at the share x of it writes in proportion to x to the power 1 / this - 1."""
SPEAKERS_OF_OTHERS = 5
"""One in so many writes in another language than English, where the culture has texts."""


@dataclass(frozen=True, slots=True)
class Written:
    """A batch: its rows for `world/add_posts` and `world/add_tags`."""

    posts: list[tuple[object, ...]]
    tags: list[tuple[str, str]]


def shuffled(members: "array[int]", seed: str) -> "array[int]":
    """Give the people in an order by lot, the same for the same seed."""
    chance(seed).shuffle(order := members[:])
    return order


def imported_posts(seed: str, order: "array[int]", start: int, stop: int, now_ms: int) -> Iterator[Written]:
    """Make the posts of the numbers from `start`, which begins a batch, up to `stop`, in batches."""
    rhythm = Rhythm(now_ms)
    for first in range(start - start % BATCH, stop, BATCH):
        rng = chance(seed, first)
        written = Written([], [])
        for _ in range(min(BATCH, stop - first)):
            _add(written, rng, order[int(len(order) * rng.random() ** STEEPNESS)], rhythm)
        yield written


def _add(written: Written, rng: Random, key: int, rhythm: Rhythm) -> None:
    culture = cultures()[key % len(cultures())]
    if culture.posts and key % SPEAKERS_OF_OTHERS == 0:
        saying = speech.native_post(rng, culture)
    else:
        saying = speech.post(rng, subjects()[key * 7 % len(subjects())])
    at = rhythm.moment(rng, culture.offset, 0)
    id_ = id_at(at, rng.getrandbits(74))
    written.posts.append((id_, key, saying.text, saying.lang, "PUBLIC", True, None, None, [], [], at))
    written.tags.extend((id_, tag) for tag in saying.tags)
