"""What Redis holds between many viewers and the same posts and people: read for all viewers in one round trip.

A script gets the keys of many viewers. On a cluster it would be one call for each server.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from errors import Unavailable
from graph.ids import pack
from keyspace import keys
from keyspace.client import ScriptCall
from keyspace.lease_tokens import new_token
from keyspace.lifetimes import spread
from keyspace.row_cache import RowCache

RELATIONSHIPS = "relationships"
MUTED_TOPICS = "muted_topics"
VIEWERS_MOST = 1_000
"""Most viewers of one call of the script: Redis does nothing else for about 2 ms meanwhile."""


class StateKey(NamedTuple):
    """Something that every viewer has a value of.

    `of` is the name of a loader: `relationships`, by the id of a user; a flag, by the id of a post; or `muted_topics`, of which a
    viewer has one value, and the id is empty.
    """

    of: str
    id: str


TOPICS = StateKey(MUTED_TOPICS, "")
Columns: TypeAlias = Mapping[StateKey, Mapping[int, bytes]]
"""For each state the answers by viewer: what is cached, as Redis has it, or a lease."""


@dataclass(frozen=True, slots=True)
class Block:
    """Viewers, by their keys, and the states that are asked for each of them."""

    viewers: Sequence[int]
    states: Sequence[StateKey]


class Loaded(NamedTuple):
    """A value to store for a viewer where the lease still stands."""

    viewer: int
    state: StateKey
    lease: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class ViewerStates:
    """States of many viewers in Redis. While Redis is down nothing is found and nothing is filled."""

    cache: RowCache

    async def read(self, blocks: Sequence[Block]) -> Columns:
        """Read states, and leave leases where they are missing; one round trip. While Redis is down there is no answer."""
        calls = [_Call.of(viewers, block.states) for block in blocks for viewers in _chunks(block.viewers)]
        scripts = [call.script(new_token(), spread(self.cache.life)) for call in calls]
        if not scripts:
            return {}
        try:
            answers = await self.cache.keyspace.run_scripts("viewer_states", scripts)
        except Unavailable:
            return {}
        columns: dict[StateKey, dict[int, bytes]] = {}
        for call, answer in zip(calls, answers, strict=True):
            for state, column in call.columns(answer):
                columns.setdefault(state, {}).update(column)
        return columns

    async def fill(self, loaded: Sequence[Loaded]) -> None:
        """Store states where their leases still stand; one round trip."""
        calls = [*self._fields(loaded), *self._rows(loaded)]
        if not calls:
            return
        try:
            await self.cache.keyspace.run_scripts("fill_viewer_states", calls)
        except Unavailable:
            return

    def _fields(self, loaded: Iterable[Loaded]) -> Iterator[ScriptCall]:
        hashes: dict[str, list[bytes]] = {}
        for viewer, state, lease, value in loaded:
            if state.of != MUTED_TOPICS:
                hashes.setdefault(_hash_of(state.of, viewer), []).extend((pack(state.id), lease, value))
        return (ScriptCall("fill_fields", (hash_,), words) for hash_, words in hashes.items())

    def _rows(self, loaded: Iterable[Loaded]) -> Iterator[ScriptCall]:
        rows = [each for each in loaded if each.state.of == MUTED_TOPICS]
        if rows:
            words = [word for each in rows for word in self._row_words(each)]
            yield ScriptCall("fill_rows", [keys.muted_topics(each.viewer) for each in rows], words)

    def _row_words(self, each: Loaded) -> tuple[bytes | int, ...]:
        return each.lease, spread(self.cache.life), each.value


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of the script: the hashes of each viewer with the ids that are asked of them, and whether their row is asked."""

    viewers: Sequence[int]
    hashes: Mapping[str, Sequence[str]]
    topics: bool

    @classmethod
    def of(cls, viewers: Sequence[int], states: Sequence[StateKey]) -> "_Call":
        hashes: dict[str, list[str]] = {}
        for state in states:
            if state.of != MUTED_TOPICS:
                hashes.setdefault(state.of, []).append(state.id)
        return cls(viewers, hashes, TOPICS in states)

    def script(self, token: bytes, life: int) -> ScriptCall:
        fields: list[bytes | int] = []
        for ids in self.hashes.values():
            fields += len(ids), *map(pack, ids)
        return ScriptCall("viewer_states", list(self._keys()), (token, life, int(self.topics), len(self.hashes), *fields))

    def columns(self, answer: Sequence[Sequence[bytes]]) -> Iterator[tuple[StateKey, Mapping[int, bytes]]]:
        if self.topics:
            yield TOPICS, dict(zip(self.viewers, answer[0], strict=True))
        for (name, ids), found in zip(self.hashes.items(), answer[1:], strict=True):
            for at, id_ in enumerate(ids):
                yield StateKey(name, id_), dict(zip(self.viewers, found[at :: len(ids)], strict=True))

    def _keys(self) -> Iterator[bytes | str]:
        for viewer in self.viewers:
            if self.topics:
                yield keys.muted_topics(viewer)
            for name in self.hashes:
                yield _hash_of(name, viewer)


def _hash_of(name: str, viewer: int) -> str:
    return keys.relationships(viewer) if name == RELATIONSHIPS else keys.viewer_flag(name, viewer)


def _chunks(viewers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (viewers[first : first + VIEWERS_MOST] for first in range(0, len(viewers), VIEWERS_MOST))
