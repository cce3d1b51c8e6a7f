"""What every loader is: many keys in, one answer for each in the same order, each key asked for once an operation."""

import asyncio
from collections.abc import Awaitable, Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Generic, TypeVar

from aiodataloader import DataLoader

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Loader(Generic[K, V]):
    """Look-ups of one kind for one operation. Subclasses write `fetch`.

    `many` serves code that has a whole level of keys at hand; `load` serves single fields and gathers the keys of one tick
    of the event loop; both share what is known.
    """

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.known: dict[K, V] = {}
        self.leases: dict[K, bytes] = {}
        """The leases on keys that were looked up in the cache already and were missing there."""
        self._gathering: _Gathering[K, V] | None = None

    async def fetch(self, keys: Sequence[K]) -> Mapping[K, V]:
        """Look distinct keys up; a key that is missing from the answer is `absent`."""
        raise NotImplementedError

    def absent(self, key: K) -> V:
        """Give the answer for a key that `fetch` does not know."""
        raise NotImplementedError(key)

    def prime(self, values: Mapping[K, V], leases: Mapping[K, bytes] = MappingProxyType({})) -> None:
        """Take what a cache has, and its leases on what it lacks, so that these keys are not looked up there again."""
        self.known.update(values)
        self.leases.update(leases)

    async def many(self, keys: Sequence[K]) -> list[V]:
        """Give the answer for each key, in order."""
        known = self.known
        if missing := [key for key in dict.fromkeys(keys) if key not in known]:
            known.update(await self.fetch(missing))
            for key in missing:
                if key not in known:
                    known[key] = self.absent(key)
        return [known[key] for key in keys]

    def known_many(self, keys: Sequence[K]) -> list[V] | None:
        """Give the answers if all are known, without waiting, else None."""
        known = self.known
        try:
            return [known[key] for key in keys]
        except KeyError:
            return None

    async def one(self, key: K) -> V:
        """Give the answer for one key, at once."""
        return (await self.many([key]))[0]

    def load(self, key: K) -> V | Awaitable[V]:
        """Give the answer if it is known, else something to await that is looked up with its neighbours."""
        if key in self.known:
            return self.known[key]
        if self._gathering is None:
            self._gathering = _Gathering(self)
        # A failing sibling field cancels what it awaits; without the shield that would end the look-up of all.
        return asyncio.shield(self._gathering.load(key))


class Maybe(Loader[K, V | None]):
    """A look-up whose answer may be that there is none."""

    def absent(self, key: K) -> None:  # noqa: ARG002 - the key does not matter here
        """Give None."""
        return


class _Gathering(DataLoader[K, V]):
    """Gathers the keys of one tick for a loader, which remembers the answers itself."""

    cache = False

    def __init__(self, loader: Loader[K, V]) -> None:
        super().__init__()
        self._loader = loader

    async def batch_load_fn(self, keys: list[K]) -> list[V]:
        return await self._loader.many(keys)
