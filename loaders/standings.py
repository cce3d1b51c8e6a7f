"""Look-ups of how the viewer and people stand."""

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import orjson

from graph.rows import STRANGERS, Standing
from keyspace import keys
from loaders.facts import FactById

_STRANGERS = b"-"
"""How most pairs stand, in a byte."""


class StandingById(FactById[Standing]):
    """How the viewer and a person stand, by the person's id."""

    hash_of, query = staticmethod(keys.standings), "standings/of_viewer"

    @staticmethod
    def decode(found: bytes) -> Standing:
        """Read one."""
        return STRANGERS if found == _STRANGERS else Standing(*orjson.loads(found))

    @staticmethod
    def encode(fact: Standing) -> bytes:
        """Write one."""
        return _STRANGERS if fact == STRANGERS else orjson.dumps(astuple(fact))

    def facts(self, answer: Any) -> Mapping[str, Standing]:
        """Build them from their values."""
        return {id_: Standing(*values) for id_, values in answer}

    def absent(self, key: str) -> Standing:  # noqa: ARG002 - the same for every key
        """Say that they have nothing to do with each other."""
        return STRANGERS
