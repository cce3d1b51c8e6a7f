"""Look-ups of how the viewer and people stand."""

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import orjson

from graph.rows.relationships import UNRELATED, ViewerRelationship
from keyspace import keys
from loaders.facts import FactById

_UNRELATED = b"-"
"""How most pairs stand, in a byte."""


class ViewerRelationshipById(FactById[ViewerRelationship]):
    """How the viewer and a person stand, by the person's id."""

    hash_of, query = staticmethod(keys.relationships), "relationships/of_viewer"

    @staticmethod
    def decode(found: bytes) -> ViewerRelationship:
        """Read one."""
        return UNRELATED if found == _UNRELATED else ViewerRelationship(*orjson.loads(found))

    @staticmethod
    def encode(fact: ViewerRelationship) -> bytes:
        """Write one."""
        return _UNRELATED if fact == UNRELATED else orjson.dumps(astuple(fact))

    def facts(self, answer: Any) -> Mapping[str, ViewerRelationship]:
        """Build them from their values."""
        return {id_: ViewerRelationship(*values) for id_, values in answer}

    def absent(self, key: str) -> ViewerRelationship:  # noqa: ARG002 - the same for every key
        """Say that they have nothing to do with each other."""
        return UNRELATED
