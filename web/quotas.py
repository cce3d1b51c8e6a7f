"""How much one person and one address may have open in a process: WebSockets, streams and operations.

They protect the memory of a process, so each counts by itself: two processes allow twice as much. Many people may share an
address, so those who are signed in have much room there. Whoever is not signed in has little, and whoever has not said yet makes
room: nobody who is signed in gets less by them.
"""

from collections import Counter
from collections.abc import Callable, Hashable
from ipaddress import IPv6Address, ip_address
from types import TracebackType
from typing import Self

from error_codes import ErrorCode
from web.limits import StreamLimits
from web.shared_addresses import SharedAddresses
from web.waiting_sockets import WaitingSockets

ROWS_EACH = 10
"""Rows that an operation may be subscribed to before it counts as another: each takes an entry of the index of streams."""
_HOST_BITS = 64
"""Bits of an IPv6 address that its owner chooses freely: providers hand out networks of 64 bits and larger."""


class QuotaExceeded(Exception):
    """Somebody has as much open as they may; the message is a sentence for the client."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        """Take the code and the sentence."""
        super().__init__(message)
        self.code = code


class Quota:
    """Counts what is open for each key, up to a limit."""

    __slots__ = ("_code", "_limit", "_message", "_open")

    def __init__(self, limit: int, code: ErrorCode, message: str) -> None:
        """Allow `limit` for each key; code and message are those of the refusal."""
        self._limit, self._code, self._message = limit, code, message
        self._open: Counter[Hashable] = Counter()

    def take(self, key: Hashable, count: int = 1) -> None:
        """Count so many more.

        Raises:
            QuotaExceeded: the key would have more than it may.

        """
        if self._open.get(key, 0) + count > self._limit:
            raise QuotaExceeded(self._code, self._message)
        self._open[key] += count

    def give_back(self, key: Hashable, count: int = 1) -> None:
        """Count so many less; a key without any takes no memory."""
        self._open[key] -= count
        if self._open[key] <= 0:
            del self._open[key]

    @property
    def keys(self) -> int:
        """Return for how many keys something is open."""
        return len(self._open)


class Quotas:
    """What is open in this process."""

    def __init__(self, limits: StreamLimits) -> None:
        """Begin with nothing open."""
        connections, operations = ErrorCode.TOO_MANY_CONNECTIONS, ErrorCode.TOO_MANY_OPERATIONS
        self.connections_of_addresses = Quota(
            limits.connections_per_address, connections, "Too many connections from this address."
        )
        self.connections_of_people = Quota(limits.connections_per_person, connections, "Too many connections of this person.")
        self.operations_of_addresses = Quota(
            limits.operations_per_address, operations, "Too many operations are open from this address."
        )
        self.operations_of_people = Quota(
            limits.operations_per_person, operations, "Too many operations of this person are open."
        )
        self.anonymous_connections = Quota(
            limits.anonymous_connections_per_address, connections, "Too many connections without a token from this address."
        )
        self.anonymous_operations = Quota(
            limits.anonymous_operations_per_address, operations, "Too many operations without a token from this address."
        )
        self.shared_addresses = SharedAddresses()
        self.waiting_sockets = WaitingSockets()

    def connection(self, address: str) -> "OpenConnection":
        """Return a context manager that counts its block as a connection from an address."""
        return OpenConnection(self, network_of(address))


class OpenConnection:
    """One connection, counted for its address and, once it is known who it is, for that person or for all who are nobody.

    It is a class because a generator would take a kilobyte for each connection that is open.
    """

    __slots__ = ("_has_place", "_introduced", "_network", "_person", "_quotas")

    def __init__(self, quotas: Quotas, network: str) -> None:
        """Begin before it is known who it is; for that the client has little time."""
        self._quotas, self._network = quotas, network
        self._introduced = self._has_place = False
        self._person: Hashable = None

    def __enter__(self) -> Self:
        """Count it for its address. Where that has as many as it may, a socket that still waits makes room.

        Raises:
            QuotaExceeded: the address has as many as it may, and all of them have introduced themselves.

        """
        places = self._quotas.connections_of_addresses
        try:
            places.take(self._network)
        except QuotaExceeded:
            if not self._quotas.waiting_sockets.send_one_away(self._network):
                raise
            places.take(self._network)
        self._has_place = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Count it for nobody any more."""
        self.stop_waiting()
        self._leave_place()
        if not self._introduced:
            return
        if self._person is None:
            self._quotas.anonymous_connections.give_back(self._network)
        else:
            self._quotas.connections_of_people.give_back(self._person)
            self._quotas.shared_addresses.remove(self._network, self._person)

    def wait(self, send_away: Callable[[], None]) -> None:
        """Let others of its address have its place until `stop_waiting`; `send_away` is called when one takes it."""

        def make_room() -> None:
            self._leave_place()
            send_away()

        self._quotas.waiting_sockets.add(self._network, self, make_room)

    def stop_waiting(self) -> None:
        """Keep the place: the client says who it is."""
        self._quotas.waiting_sockets.remove(self._network, self)

    def _leave_place(self) -> None:
        if self._has_place:
            self._has_place = False
            self._quotas.connections_of_addresses.give_back(self._network)

    def introduce(self, person: Hashable | None) -> None:
        """Count it for a person, too, or with None among those of its address who are not signed in.

        Raises:
            QuotaExceeded: the person, or those who are not signed in, have as many as they may.

        """
        if person is None:
            self._quotas.anonymous_connections.take(self._network)
        else:
            self._quotas.connections_of_people.take(person)
            self._quotas.shared_addresses.add(self._network, person)
        self._introduced, self._person = True, person

    def begin_operation(self, rows: int = 1) -> None:
        """Count an operation on this connection, once for each `ROWS_EACH` rows. The person does not change while it lasts.

        Raises:
            QuotaExceeded: the address or the person would have more than they may.

        """
        (quota, key), count = self._operations, _counted(rows)
        quota.take(key, count)
        try:
            self._quotas.operations_of_addresses.take(self._network, count)
        except QuotaExceeded:
            quota.give_back(key, count)
            raise

    def end_operation(self, rows: int = 1) -> None:
        """Count an operation that was begun with so many rows no more."""
        (quota, key), count = self._operations, _counted(rows)
        quota.give_back(key, count)
        self._quotas.operations_of_addresses.give_back(self._network, count)

    @property
    def _operations(self) -> tuple[Quota, Hashable]:
        if self._person is None:
            return self._quotas.anonymous_operations, self._network
        return self._quotas.operations_of_people, self._person


def _counted(rows: int) -> int:
    return max(1, -(-rows // ROWS_EACH))


def network_of(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the network of an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> _HOST_BITS << _HOST_BITS))
