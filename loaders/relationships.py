"""Lookups of the relationship between the viewer and users."""

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import orjson

from graph.rows.relationships import UNRELATED, ViewerRelationship
from keyspace import keys
from loaders.cached_fields import CachedFieldById

_UNRELATED = b"-"
"""The relationship of most pairs, in one byte."""


class ViewerRelationshipById(CachedFieldById[ViewerRelationship]):
    """The relationship between the viewer and a user, by the user's id."""

    query = "relationships/of_viewer"

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

    def by_id(self, answer: Any) -> Mapping[str, ViewerRelationship]:
        """Build relationships from their values."""
        return {id_: ViewerRelationship(*values) for id_, values in answer}

    def absent(self, key: str) -> ViewerRelationship:  # noqa: ARG002 - the same for every key
        """Return the empty relationship."""
        return UNRELATED
