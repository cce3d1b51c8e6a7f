"""The plans of posts as the queue of fan-out stores them: how each is delivered, and how far it is."""

from collections.abc import Mapping, Sequence

from graph.ids import pack
from keyspace import keys
from keyspace.client import Keyspace

DONE_LIFE = 600
"""Seconds for which the plan of a delivered post is spared, however full Redis is: so long a hub asks whether the post is
delivered. Without the plan it takes the post for one that is on no page, and tells it to everybody who reads one."""


async def stored_plans(keyspace: Keyspace, posts: Sequence[str]) -> list[Mapping[str, str]]:
    """Return what is known of the delivery of each post, nothing where it is unknown or forgotten; one round trip.

    Raises:
        Unavailable: Redis does not answer.

    """
    asked = [("HGETALL", keys.FAN_OUT_PLAN + pack(post)) for post in posts]
    return [plan_fields(words) for words in await keyspace.commands("fan_out_plans", asked)]


async def delivered_posts(keyspace: Keyspace, posts: Sequence[str]) -> set[str]:
    """Return which of some posts every page has whose reader is to see them; one round trip.

    They are on all timelines that they are pushed to, or pages merge them from the recent posts of their author, or they are
    removed. Of what is unknown, or forgotten, nobody knows it.

    Raises:
        Unavailable: Redis does not answer.

    """
    names = [keys.FAN_OUT_PLAN + pack(post) for post in posts]
    return {posts[number - 1] for number in await keyspace.script("fan_out_delivered", keys=names)}


def plan_fields(words: Sequence[bytes]) -> Mapping[str, str]:
    """Return the fields of a plan, which Redis gives as names and values in turn."""
    return {name.decode(): value.decode() for name, value in zip(words[::2], words[1::2], strict=True)}
