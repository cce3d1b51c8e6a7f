"""Lookups of the relationship between the viewer and users."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

import orjson

from graph.rows.relationships import UNRELATED, ViewerRelationship
from keyspace import keys
from loaders.cached_fields import CachedFieldById

_UNRELATED = b"-"
"""The relationship of most pairs, in one byte."""


_NOT_FOLLOWING = b"[null"
"""How the bytes of a relationship begin that has something else."""


def rounded(found: bytes, limits: Sequence[int]) -> bytes:
    """Return the bytes of a relationship that is the same for all rules, with the time of the follow rounded.

    Rules only ask whether it is after one of the `limits`, which ascend. So it becomes the first limit that is not before it,
    or a moment after all of them: viewers who are alike for the rules have the same bytes.
    """
    if found == _UNRELATED or found.startswith(_NOT_FOLLOWING):
        return found
    since, _, rest = found.partition(b",")
    at = bisect_left(limits, int(since[1:])) if limits else 0
    moment = limits[at] if at < len(limits) else (limits[-1] if limits else 0) + 1
    return b"[%d,%b" % (moment, rest)


class ViewerRelationshipById(CachedFieldById[ViewerRelationship]):
    """The relationship between the viewer and a user, by the user's id."""

    query = "relationships/of_viewers"

    def hash_of(self, key: int) -> str:
        """Return the name of a viewer's hash."""
        return keys.relationships(key)

    @staticmethod
    def decode(found: bytes) -> ViewerRelationship:
        """Read one."""
        return UNRELATED if found == _UNRELATED else ViewerRelationship(*orjson.loads(found))

    @staticmethod
    def encode(value: ViewerRelationship) -> bytes:
        """Write one."""
        return _UNRELATED if value == UNRELATED else orjson.dumps(astuple(value))

    @staticmethod
    def by_pair(answer: Any) -> Mapping[tuple[int, str], ViewerRelationship]:
        """Build relationships from their values."""
        return {(viewer, id_): ViewerRelationship(*values) for viewer, id_, values in answer}

    def absent(self, key: str) -> ViewerRelationship:  # noqa: ARG002 - the same for every key
        """Return the empty relationship."""
        return UNRELATED
