"""Deliveries per second into existing timelines: the product's fan-out compared with a bare script in the same Redis."""

import time
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha1
from pathlib import Path

from bench.figures import Figure, at_least
from bench.people import most_followed
from bench.testbed import Testbed
from bench.timelines import build
from graph.ids import new_id, pack
from graph.rows.posts import Delivery
from integers import MAX_SAFE_INTEGER
from keyspace.client import Keyspace, Script
from keyspace.keys import timeline
from parts import Parts
from services.events.post_events import PostCreated

SHARE = 40
"""Goal: percent of the bare script's rate."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Deliver posts of the most followed person, by the product and by the bare script in turns."""
    async with testbed.parts() as parts:
        _, author, _ = await most_followed(parts.graph)
        newest = {"at": MAX_SAFE_INTEGER, "other": MAX_SAFE_INTEGER}
        keys = [key for _, key in await parts.graph.read("follows/follower_keys", key=author, limit=100_000, **newest)]
        await build(parts.delivery.cached, keys, parts.settings.timeline_cap)
        bare = _with_bare_script(parts.keyspace)
        spent = {"ours": 0.0, "bare": 0.0}
        for round_ in range(testbed.run_length.rounds + 1):
            for side in ("ours", "bare") if round_ % 2 else ("bare", "ours"):
                began = time.perf_counter()
                for _ in range(testbed.run_length.fanned_out):
                    await (_deliver(parts, author) if side == "ours" else _push_bare(parts, bare, keys))
                spent[side] += (time.perf_counter() - began) if round_ else 0.0
    delivered = len(keys) * testbed.run_length.fanned_out * testbed.run_length.rounds
    ours, limit = delivered / spent["ours"], delivered / spent["bare"]
    return [
        Figure("deliveries a second, share of the bare script's", ours / limit * 100, "%", at_least(SHARE)),
        Figure("the product: deliveries a second", ours, "/s"),
        Figure("the bare script: deliveries a second", limit, "/s"),
        Figure("followers of the author", len(keys), "timelines"),
    ]


def _with_bare_script(keyspace: Keyspace) -> Keyspace:
    text = (Path(__file__).parent / "lua/bare_push.lua").read_text("utf-8")
    script = Script("bare_push", text, sha1(text.encode(), usedforsecurity=False).hexdigest())
    return replace(keyspace, scripts={script.name: script})


async def _deliver(parts: Parts, author: int) -> None:
    """Handle the event of a new post, as the worker does."""
    created = PostCreated(
        post_id=new_id(), author_id="", author_key=author, home=True, delivery=Delivery.PUSH, reply_to_id=None, root_id=None
    )
    await parts.delivery.post_created(created)


async def _push_bare(parts: Parts, bare: Keyspace, keys: Sequence[int]) -> None:
    """Push one post to the same lists, in chunks of the same size."""
    post, chunk = pack(new_id()), parts.delivery.chunk
    for start in range(0, len(keys), chunk):
        lists = [timeline(key) for key in keys[start : start + chunk]]
        await bare.script("bare_push", post, parts.settings.timeline_cap, keys=lists)
