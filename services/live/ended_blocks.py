"""Blocks that ended while a client was away: what happened behind them is told as it would have been then, so not at all."""

from collections.abc import Container, Hashable, Sequence
from dataclasses import replace

from services.events.pair_events import UserBlocked, UserUnblocked
from services.events.post_events import PostEvent
from services.events.repost_events import RepostEvent, RepostsEnded
from services.live.entries import Announced, Entry, PostCounted
from services.live.topics import account_of


def behind_ended_blocks(missed: Sequence[Entry], topics: Container[Hashable]) -> list[Entry]:
    """Return what a subscriber with some topics missed, in order, with a note on what was behind a block that has ended since.

    The policy knows the blocks of now alone: by it, who is not blocked any more saw what was written and deleted meanwhile.
    """
    noted, ended = list[Entry](), dict[tuple[int, int], int]()
    for entry in reversed(missed):
        what = entry.what
        if isinstance(what, UserBlocked):
            ended.pop((what.actor_key, what.target_key), None)
        elif isinstance(what, UserUnblocked):
            is_actor = account_of(what.actor_key) in topics
            ended[what.actor_key, what.target_key] = what.target_key if is_actor else what.actor_key
        is_behind = not _about(what).isdisjoint(ended.values())
        noted.append(replace(entry, behind_block=True) if is_behind else entry)
    return noted[::-1]


def _about(what: Announced | PostCounted) -> set[int]:
    """Return the keys of those whose post or repost something is about."""
    if isinstance(what, PostEvent | RepostEvent):
        return {what.author_key, what.sender_key}
    return {what.author_key} if isinstance(what, RepostsEnded) else set()
