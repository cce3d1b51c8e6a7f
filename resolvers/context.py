"""What a resolver may use: the viewer, the lookups of this operation, and the services."""

from collections.abc import Callable
from dataclasses import dataclass, field

from errors import RoleNeeded, Unauthenticated
from feeds.reader import Reader, ReaderIds
from graph.driver import Graph
from graph.rows.roles import AccountRole
from loaders.operation import Loaders
from parts import Services
from services.accounts.viewer import Viewer


@dataclass(slots=True)
class Context:
    """One operation: its viewer (None: nobody signed in), the client's address, and its lookups."""

    services: Services
    viewer: Viewer | None
    address: str
    loaders: Loaders = field(init=False)
    _known: Callable[[Loaders], None] | None = None

    def __post_init__(self) -> None:
        """Begin with nothing looked up."""
        self.forget()

    @property
    def graph(self) -> Graph:
        """Return the graph as this viewer reads it: in a cluster, with their own writes."""
        return self.services.graph.as_viewer(self.viewer.id if self.viewer else None)

    @property
    def reader(self) -> Reader:
        """Return the viewer as a reader of feeds, who shares the lookups of this operation."""
        return Reader(self.services.feeds, self._ids, self.graph, self.loaders)

    def forget(self) -> None:
        """Forget what was looked up, after a mutation changed it, but for what the write itself has returned."""
        self.loaders = Loaders(self.graph, self.services.cache, self._ids)
        if self._known is not None:
            self._known(self.loaders)
            self._known = None

    def know(self, known: Callable[[Loaders], None]) -> None:
        """Give the lookups after a write what it has returned, once all others are forgotten."""
        self._known = known

    @property
    def _ids(self) -> ReaderIds | None:
        return ReaderIds(self.viewer.id, self.viewer.key) if self.viewer else None

    def for_operation(self) -> "Context":
        """Return a context for another operation of the same client, or for an event of a subscription."""
        return Context(self.services, self.viewer, self.address)

    def sign_in(self, viewer: Viewer) -> None:
        """Make somebody who signs in the viewer of the rest of this operation, so that they see all of themselves."""
        self.viewer = viewer
        self.forget()

    def is_viewer(self, user_id: str) -> bool:
        """Return whether this is the viewer's id."""
        return self.viewer is not None and self.viewer.id == user_id

    def signed_in(self) -> Viewer:
        """Return the viewer. When the token ends is watched by the connection, which may get a newer one meanwhile.

        Raises:
            Unauthenticated: nobody is signed in.

        """
        if self.viewer is None:
            raise Unauthenticated
        return self.viewer

    async def check_role(self, role: AccountRole) -> None:
        """Pass where the viewer holds a role now: one that was taken away is gone at once, whatever their token is.

        Raises:
            RoleNeeded: they do not hold it.
            Unauthenticated: nobody is signed in, or their account is gone or not in use.

        """
        held = await self.loaders.roles.one(self.signed_in().id)
        if held is None:
            raise Unauthenticated
        if role not in held:
            raise RoleNeeded(role)
