"""Lookups of the topics that users mute. The viewer's own come with a page of posts."""

from collections.abc import Mapping, Sequence
from typing import Any

from clock import now_ms
from graph.driver import Graph
from graph.rows.mutes import MutedTopic
from keyspace.row_cache import MutedTopicsKind, RowCache
from loaders.cached_rows import CachedPairById
from loaders.loader import OptionalLoader


class MutedTopicsById(CachedPairById[tuple[MutedTopic, ...]]):
    """Muted words, hashtags and threads by the viewer's id, newest first. What others mute is private, and absent here."""

    query = "mutes/topics"

    def __init__(self, graph: Graph, cache: RowCache, viewer: tuple[str, int] | None) -> None:
        """Take the viewer as id and key, None for nobody signed in."""
        self._viewer_id = viewer[0] if viewer else None
        self.kind = MutedTopicsKind(viewer=viewer[1] if viewer else 0)
        super().__init__(graph, cache)

    @staticmethod
    def row(values: Sequence[Any]) -> tuple[MutedTopic, ...]:
        """Build the topics of the viewer."""
        return tuple(MutedTopic.of(topic) for topic in values)

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, tuple[MutedTopic, ...] | None]:
        """Look up what the viewer mutes."""
        return await super().fetch([id_ for id_ in keys if id_ == self._viewer_id])


class OwnMutedTopicById(OptionalLoader[str, MutedTopic]):
    """The viewer's muted topics by the topic's id, without mutes that have ended."""

    def __init__(self, topics: MutedTopicsById, viewer: str | None) -> None:
        """Take the viewer's id, None for nobody signed in."""
        super().__init__()
        self._topics, self._viewer = topics, viewer

    async def current(self) -> list[MutedTopic]:
        """Return all of them, newest first."""
        if self._viewer is None:
            return []
        now = now_ms()
        topics = await self._topics.one(self._viewer) or ()
        return [topic for topic in topics if topic.until is None or topic.until > now]

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, MutedTopic]:  # noqa: ARG002 - all of them are one row
        """Sort them by id."""
        return {topic.id: topic for topic in await self.current()}
