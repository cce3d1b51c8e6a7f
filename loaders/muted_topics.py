"""Look-ups of what a person mutes by topic. The viewer's own comes with a page of posts."""

from collections.abc import Sequence
from typing import Any

from graph.rows.mutes import MutedTopic
from keyspace.row_cache import MUTED_TOPICS
from loaders.cached_rows import CachedPairById


class MutedTopicsById(CachedPairById[tuple[MutedTopic, ...]]):
    """Muted words, hashtags and threads by the id of the person who mutes them."""

    kind, query = MUTED_TOPICS, "mutes/topics"

    @staticmethod
    def row(values: Sequence[Any]) -> tuple[MutedTopic, ...]:
        """Build them."""
        return tuple(MutedTopic.of(topic) for topic in values)
