"""WebSockets that have not introduced themselves yet. They take the places of an address only while nobody else needs them."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WaitingSockets:
    """How to send away those of each address, in the order in which they came.

    A client introduces itself one journey after its socket is open, so who has waited longest is least likely to do so. A limit
    of their own would keep everybody out as soon as it is used up by those who never do, and it would refuse most of a thousand
    people who come back at once behind one address.
    """

    _waiting: dict[str, dict[Hashable, Callable[[], None]]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the addresses."""
        return len(self._waiting)

    def add(self, address: str, socket: Hashable, send_away: Callable[[], None]) -> None:
        """Let a socket wait; `send_away` ends it and gives its place back at once."""
        self._waiting.setdefault(address, {})[socket] = send_away

    def remove(self, address: str, socket: Hashable) -> None:
        """Let a socket that may wait do so no more; nothing is kept of an address without any."""
        waiting = self._waiting.get(address, {})
        if waiting.pop(socket, None) is not None and not waiting:
            del self._waiting[address]

    def send_one_away(self, address: str) -> bool:
        """Send away who has waited longest; return whether there was one."""
        if (waiting := self._waiting.get(address)) is None:
            return False
        socket, send_away = next(iter(waiting.items()))
        self.remove(address, socket)
        send_away()
        return True
