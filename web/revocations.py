"""Which connections end when what they came with is revoked: a session, by its mark, or a token of a program, by its id."""

from collections.abc import Callable, Sequence

LATEST = 10_000
"""Most ids of which is known that they were revoked just now, for connections that were let in a moment before."""


class Revocations:
    """The open connections of this process that a revocation ends."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: dict[str, set[Callable[[], None]]] = {}
        self._revoked: dict[str, None] = {}

    @property
    def ids(self) -> Sequence[str]:
        """What open connections came with."""
        return list(self._open)

    def watch(self, id_: str, end: Callable[[], None]) -> None:
        """Call a function when this id is revoked; at once if it was while the connection opened."""
        self._open.setdefault(id_, set()).add(end)
        if id_ in self._revoked:
            end()

    def forget(self, id_: str, end: Callable[[], None]) -> None:
        """Call a function no more."""
        watching = self._open.get(id_, set())
        watching.discard(end)
        if not watching:
            self._open.pop(id_, None)

    def end(self, id_: str) -> None:
        """End what came with this id."""
        self._revoked[id_] = None
        if len(self._revoked) > LATEST:
            del self._revoked[next(iter(self._revoked))]
        for end in list(self._open.get(id_, ())):
            end()
