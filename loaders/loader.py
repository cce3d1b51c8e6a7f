"""The contract of loaders: many keys in, one value for each in the same order, each key looked up once an operation."""

import asyncio
from collections.abc import Awaitable, Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Generic, TypeVar

from aiodataloader import DataLoader

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Loader(Generic[K, V]):
    """Lookups of one kind for one operation. Subclasses write `fetch`.

    `many` serves code that has all keys of a level. `load` serves single fields: it gathers the keys of one tick of the event
    loop. Both share the values that are known.
    """

    def __init__(self) -> None:
        """Begin with no value known."""
        self.known: dict[K, V] = {}
        self.leases: dict[K, bytes] = {}
        """The leases on keys that were looked up in the cache already and were missing there."""
        self._gathering: _Gathering[K, V] | None = None

    async def fetch(self, keys: Sequence[K]) -> Mapping[K, V]:
        """Return the values of distinct keys; a key that is missing gets the value of `absent`."""
        raise NotImplementedError

    def absent(self, key: K) -> V:
        """Return the value of a key that `fetch` did not return."""
        raise NotImplementedError(key)

    def prime(self, values: Mapping[K, V], leases: Mapping[K, bytes] = MappingProxyType({})) -> None:
        """Take what a cache has, and its leases on what it lacks, so that these keys are not looked up there again."""
        self.known.update(values)
        self.leases.update(leases)

    def was_looked_up(self, key: K) -> bool:
        """Return whether the value is known, or known to be missing in the cache."""
        return key in self.known or key in self.leases

    async def many(self, keys: Sequence[K]) -> list[V]:
        """Return the value of each key, in order."""
        values = self.known_many(keys)  # mostly a page has brought them all
        if values is not None:
            return values
        known = self.known
        if missing := [key for key in dict.fromkeys(keys) if key not in known]:
            known.update(await self.fetch(missing))
            for key in missing:
                if key not in known:
                    known[key] = self.absent(key)
        return [known[key] for key in keys]

    def known_many(self, keys: Sequence[K]) -> list[V] | None:
        """Return the values without waiting if all are known, else None."""
        known = self.known
        try:
            return [known[key] for key in keys]
        except KeyError:
            return None

    async def one(self, key: K) -> V:
        """Return the value of one key, without gathering others."""
        return (await self.many([key]))[0]

    def load(self, key: K) -> V | Awaitable[V]:
        """Return the value if it is known, else an awaitable that is looked up together with its neighbours."""
        if key in self.known:
            return self.known[key]
        if self._gathering is None:
            self._gathering = _Gathering(self)
        # A failing sibling field cancels what it awaits; without the shield that would end the lookup of all.
        return asyncio.shield(self._gathering.load(key))


class OptionalLoader(Loader[K, V | None]):
    """A lookup whose value is None for what does not exist or may not be seen."""

    def absent(self, key: K) -> None:  # noqa: ARG002 - the key does not matter here
        """Return None."""
        return


class _Gathering(DataLoader[K, V]):
    """Gathers the keys of one tick for a loader, which keeps the values itself."""

    cache = False

    def __init__(self, loader: Loader[K, V]) -> None:
        super().__init__()
        self._loader = loader

    async def batch_load_fn(self, keys: list[K]) -> list[V]:
        return await self._loader.many(keys)
