"""Seals anew what is stored, with the secret in use: in batches under locks, beside traffic, as often as is needed.

What is done is known by the key that a sealed text names. So a rotation that was killed is begun again and skips what is done,
two at once do each other no harm, and one that has nothing to do only reads.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from graph.errors import ConstraintViolated
from services.events.command_writer import CommandWriter
from services.key_rotation.sealed_properties import SEALED, SealedProperty
from services.sealing import SealBroken, Sealing, key_of

BATCH = 200
"""Values read and written in one step: their locks are held for some milliseconds."""
BROKEN = "broken"
"""Stands for the key of what names none, or one by which it cannot be opened."""

Row = tuple[str, str, str, str | None]
Progress = Callable[[str, int, int], None]
"""Is told the name of a property, and how many of its values were read and sealed anew."""


@dataclass(frozen=True, slots=True)
class KeyCounts:
    """By which keys the values of a property are sealed: how many by each, and which were changed in the store."""

    name: str
    keys: Mapping[str, int]
    broken: Sequence[str]
    """Ids of those that name a key, which is here, and cannot be opened: they count for none."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many values of a property were sealed anew, and which could not be.

    `taken` are ids of accounts whose address another account has by the key in use. That happens only where a secret came into
    use before every process knew it.
    """

    name: str
    resealed: int
    taken: Sequence[str]


@dataclass(slots=True)
class _Walk:
    resealed: int = 0
    taken: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class KeyRotation:
    """Compares what is sealed with the secrets, and seals it anew."""

    writer: CommandWriter
    sealings: Mapping[str, Sealing]
    """By purpose."""
    batch: int = BATCH

    @classmethod
    def of(cls, writer: CommandWriter, secrets: str, batch: int = BATCH) -> Self:
        """Use the comma separated secrets, the first of which seals."""
        return cls(writer, {purpose: Sealing(secrets, purpose) for purpose in {each.purpose for each in SEALED}}, batch)

    async def check(self) -> list[KeyCounts]:
        """Return by which keys everything is sealed.

        Raises:
            Unavailable: the graph is away.

        """
        return [await self._count(each) for each in SEALED]

    async def run(self, progress: Progress) -> list[Rotated]:
        """Seal anew all that is sealed by another key than that in use, and return what was done.

        What cannot be opened stays as it is. Copies that traffic makes of a value are sealed as that is, so accounts, which are
        copied, come first.

        Raises:
            Unavailable: the graph is away; what was done stays, and the next run does the rest.

        """
        return [await self._rotate(each, progress) for each in SEALED]

    async def _count(self, of: SealedProperty) -> KeyCounts:
        keys: Counter[str] = Counter()
        broken: list[str] = []
        sealing, after = self.sealings[of.purpose], ""
        while rows := await self._page(of, after):
            for id_, sealed in rows:
                if sealed is not None:
                    key = _key(sealed)
                    is_broken = key in sealing.key_ids[1:] and _opened(sealing, sealed) is None
                    keys[BROKEN if is_broken else key] += 1
                    broken += [id_] if is_broken else []
            after = rows[-1][0]
        return KeyCounts(of.name, keys, broken)

    async def _rotate(self, of: SealedProperty, progress: Progress) -> Rotated:
        walk, read, after = _Walk(), 0, ""
        sealing = self.sealings[of.purpose]
        while rows := await self._page(of, after):
            old = [row for id_, sealed in rows if sealed is not None and (row := _anew(of, sealing, id_, sealed))]
            if old:
                await self._write(of, old, walk)
            after, read = rows[-1][0], read + len(rows)
            progress(of.name, read, walk.resealed)
        return Rotated(of.name, walk.resealed, walk.taken)

    async def _page(self, of: SealedProperty, after: str) -> Sequence[tuple[str, str | None]]:
        rows: Sequence[tuple[str, str | None]] = await self.writer.graph.from_leader().read(of.page, after=after, most=self.batch)
        return rows

    async def _write(self, of: SealedProperty, rows: Sequence[Row], walk: _Walk) -> None:
        """Write a batch, or where one of it is refused, each by itself."""
        try:
            walk.resealed += await self.writer.write(of.reseal, rows=rows)
        except ConstraintViolated:
            if len(rows) == 1:
                walk.taken.append(rows[0][0])
                return
            for row in rows:
                await self._write(of, [row], walk)


def _key(sealed: str) -> str:
    try:
        return key_of(sealed)
    except SealBroken:
        return BROKEN


def _anew(of: SealedProperty, sealing: Sealing, id_: str, sealed: str) -> Row | None:
    """Return how a value is written anew; None where its key is the one in use, or is not here, or it is broken."""
    if _key(sealed) == sealing.key_ids[0] or (text := _opened(sealing, sealed)) is None:
        return None
    return id_, sealed, sealing.seal(text), of.fingerprint(sealing, text)


def _opened(sealing: Sealing, sealed: str) -> str | None:
    try:
        return sealing.unseal(sealed)
    except SealBroken:
        return None
