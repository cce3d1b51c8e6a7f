"""States of many viewers about the same things, looked up for all of them at once, and given to the lookups of each.

Who has the same states sees the same. So states are kept as bytes, by which viewers are grouped, and are decoded once a group.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from graph.driver import Graph
from graph.rows.mutes import MutedTopic
from graph.rows.relationships import UNRELATED
from keyspace.row_cache import Kind, RowCache, is_lease, without_end
from keyspace.viewer_flags import VIEWER_FLAGS
from keyspace.viewer_states import MUTED_TOPICS, RELATIONSHIPS, TOPICS, Block, Loaded, StateKey, ViewerStates
from loaders.cached_fields import CachedFieldById
from loaders.muted_topics import MutedTopicsById
from loaders.operation import Loaders
from loaders.relationships import ViewerRelationshipById, rounded
from loaders.viewer_flags import ViewerFlagById

_FLAGS = {flag.name: flag for flag in VIEWER_FLAGS}
_TOPICS_KIND = Kind(b"")
PAIRS_MOST = 5_000
"""Most pairs of a viewer and an id that one statement asks for."""
_OF_STATES = frozenset(
    {
        *("_graph", "_cache", "_rows", "_viewer", "_viewer_id", "_viewer_key", "_scripts", "_flags_found", "_authors"),
        *("users", "post_counts", "media", "ancestors", "texts_before", "reposts"),
        *(RELATIONSHIPS, MUTED_TOPICS, *_FLAGS),
        *("visible_users", "name_only_users", "user_counts", "own_muted_topics", "posts", "visible_media"),
        *("may_reply", "may_quote", "may_repost", "quotes", "replies_hidden"),
        "may_hide",  # only the author of what is answered may
        "media_shown",  # of sensitive pictures it needs `media_choices`, which is for one viewer alone
        "fan_out_plans",  # only an author has any
        "post_views",  # of what anybody sees; whether one is the author is not compared, but who writes is concerned
        *("roles", "own_roles"),  # shown only to who has them
    }
)
"""What lookups may be made of, for their answers to be the same for all who have the same states and are not concerned."""


class StateTable:
    """States by viewer, of as many as were asked for."""

    def __init__(self, graph: Graph, cache: RowCache) -> None:
        """Begin with nothing known."""
        self._graph, self._states = graph.from_leader(), ViewerStates(cache)
        self._relationship = cache.decoder(ViewerRelationshipById, ViewerRelationshipById.decode)
        self._topics = cache.decoder(StateTable, _topics)
        self._columns: defaultdict[StateKey, dict[int, bytes]] = defaultdict(dict)
        self._rounded: dict[tuple[StateKey, tuple[int, ...]], dict[int, bytes]] = {}

    def assume(self, states: Sequence[StateKey], viewers: Iterable[int]) -> None:
        """Take it that a flag is not set for any of these viewers."""
        for state in states:
            self._columns[state].update(dict.fromkeys(viewers, ViewerFlagById.encode(value=False)))

    async def ask(self, viewers: Mapping[int, str], blocks: Sequence[Block]) -> None:
        """Look states up: one round trip to Redis, and a statement a kind for what is missing there.

        `viewers` gives the id of each key.

        Raises:
            Unavailable: something is not cached, and the graph cannot be reached.

        """
        columns = await self._states.read(blocks)
        missing: dict[StateKey, dict[int, bytes | None]] = {}
        for block in blocks:
            for state in block.states:
                if lacking := self._take(state, block.viewers, columns.get(state, {})):
                    missing.setdefault(state, {}).update(lacking)
        if missing:
            await self._load(viewers, missing)

    def missing(self, viewers: Mapping[int, str], states: Sequence[StateKey]) -> list[StateKey]:
        """Return the states that are not known yet of all of these viewers."""
        return [state for state in states if not viewers.keys() <= self._columns[state].keys()]

    def column(self, state: StateKey, limits: tuple[int, ...]) -> Mapping[int, bytes]:
        """Return a state by viewer; the same bytes mean the same, where follows matter only by these limits (see `rounded`)."""
        if state.of != RELATIONSHIPS:
            return self._columns[state]
        column, known = self._rounded.setdefault((state, limits), {}), self._columns[state]
        if len(column) < len(known):
            column.update((viewer, rounded(found, limits)) for viewer, found in known.items() if viewer not in column)
        return column

    def known(self, viewer: int, states: Sequence[StateKey]) -> Mapping[StateKey, bytes]:
        """Return the states of one viewer, without those that are not known."""
        return {state: self._columns[state][viewer] for state in states if viewer in self._columns[state]}

    def prime(self, loaders: Loaders, values: Mapping[StateKey, bytes]) -> None:
        """Give the lookups of a viewer what they would find."""
        for state, found in values.items():
            if state.of == MUTED_TOPICS:
                loaders.prime_topics(self._topics(found))
            elif state.of == RELATIONSHIPS:
                loaders.relationships.known[state.id] = self._relationship(found)
            else:
                loaders.flag(_FLAGS[state.of]).known[state.id] = ViewerFlagById.decode(found)

    def _take(self, state: StateKey, viewers: Sequence[int], found: Mapping[int, bytes]) -> Mapping[int, bytes | None]:
        """Take what was found of a state, and return the viewers of whom it was not, each with the lease if there is one."""
        column, missing = self._columns[state], dict[int, bytes | None]()
        for viewer in viewers:
            answer = found.get(viewer)
            if answer is None or is_lease(answer):
                missing[viewer] = answer
            else:
                column[viewer] = without_end(answer) if state.of == MUTED_TOPICS else answer
        for (of, _), column in self._rounded.items():
            if of == state:
                column.clear()
        return missing

    async def _load(self, viewers: Mapping[int, str], missing: Mapping[StateKey, Mapping[int, bytes | None]]) -> None:
        """Read states from the graph, and store them where the leases still stand."""
        kinds: dict[str, dict[StateKey, Mapping[int, bytes | None]]] = defaultdict(dict)
        for state, leases in missing.items():
            kinds[state.of][state] = leases
        loaded = await asyncio.gather(*(self._loaded(of, viewers, lacking) for of, lacking in kinds.items()))
        to_store = []
        for values in loaded:
            for (viewer, state), value in values.items():
                self._columns[state][viewer] = value
                if (lease := missing[state].get(viewer)) is not None:
                    to_store.append(Loaded(viewer, state, lease, value))
        await self._states.fill(to_store)

    async def _loaded(
        self, of: str, ids: Mapping[int, str], missing: Mapping[StateKey, Mapping[int, bytes | None]]
    ) -> Mapping[tuple[int, StateKey], bytes]:
        if of == MUTED_TOPICS:
            viewers = list(missing[TOPICS])
            stored = dict(await self._graph.read("mutes/topics", ids=[ids[viewer] for viewer in viewers]))
            return {(viewer, TOPICS): _TOPICS_KIND.encode(stored.get(ids[viewer])) for viewer in viewers}
        kind, statement, absent = _field(of)
        answers = [await self._graph.read(statement, groups=groups) for groups in _groups(missing)]
        pairs = {pair: value for answer in answers for pair, value in kind.by_pair(answer).items()}
        return {
            (viewer, state): kind.encode(pairs.get((viewer, state.id), absent))
            for state, lacking in missing.items()
            for viewer in lacking
        }


def states_of(loaders: Loaders) -> Iterator[tuple[StateKey, bytes]]:
    """Yield the states of the viewer that lookups have met, so all that what they answered may depend on."""
    made = vars(loaders)
    if RELATIONSHIPS in made:
        for id_, relationship in loaders.relationships.known.items():
            yield StateKey(RELATIONSHIPS, id_), ViewerRelationshipById.encode(relationship)
    for name, flag in _FLAGS.items():
        if name in made:
            for id_, value in loaders.flag(flag).known.items():
                yield StateKey(name, id_), ViewerFlagById.encode(value)


def depends_on_states_alone(loaders: Loaders, given: Collection[StateKey]) -> bool:
    """Return whether what lookups have answered is the same for all who have the same states and are not concerned themselves.

    What a viewer mutes by topic is not compared afterwards, so it must be among the states that were given.
    """
    made = vars(loaders).keys()
    return made <= _OF_STATES and (MUTED_TOPICS not in made or TOPICS in given)


def _field(of: str) -> tuple[type[CachedFieldById[Any]], str, object]:
    """Return the loader of a state, its statement, and the value of who has none."""
    if of == RELATIONSHIPS:
        return ViewerRelationshipById, ViewerRelationshipById.query, UNRELATED
    return ViewerFlagById, _FLAGS[of].statement, False


def _groups(missing: Mapping[StateKey, Collection[int]]) -> Iterator[list[tuple[list[int], list[str]]]]:
    """Sort who is asked for what into viewers with the same ids; yield as many groups at a time as a statement takes."""
    asked: defaultdict[int, list[str]] = defaultdict(list)
    for state, viewers in missing.items():
        for viewer in viewers:
            asked[viewer].append(state.id)
    alike: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for viewer, ids in asked.items():
        alike[tuple(ids)].append(viewer)
    groups, pairs = list[tuple[list[int], list[str]]](), 0
    for wanted, viewers in alike.items():
        ids = list(wanted)
        each = max(1, PAIRS_MOST // len(ids))
        for some in (viewers[first : first + each] for first in range(0, len(viewers), each)):
            if groups and pairs + len(some) * len(ids) > PAIRS_MOST:
                yield groups
                groups, pairs = [], 0
            groups.append((some, ids))
            pairs += len(some) * len(ids)
    if groups:
        yield groups


def _topics(found: bytes) -> tuple[MutedTopic, ...] | None:
    values = _TOPICS_KIND.values(found)
    return None if values is None else MutedTopicsById.row(values)
