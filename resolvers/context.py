"""What a resolver may use: the viewer, the lookups of this operation, and the services."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from errors import RoleNeeded, ScopeNeeded, Unauthenticated
from feeds.reader import Reader, ReaderIds
from graph.driver import Graph
from graph.rows.personal_tokens import TokenScope
from graph.rows.roles import AccountRole
from loaders.operation import Loaders
from parts import Services
from services.accounts.viewer import Viewer
from services.events.attempt import Attempt
from services.write_limits.limits import statuses_of


class Client(Protocol):
    """What a client sends beside its operation, and what it is given to keep beside the answer."""

    @property
    def user_agent(self) -> str:
        """What it says it is."""

    @property
    def languages(self) -> str:
        """Which languages it prefers, as its `Accept-Language` header has them."""

    @property
    def wants_cookies(self) -> bool:
        """Whether it keeps the tokens of its session in cookies; raise Forbidden where it does and can be given none."""

    @property
    def refresh_cookie(self) -> str | None:
        """The refresh token that it has in a cookie; raise Forbidden where its page may not use it."""

    @property
    def device_cookie(self) -> str | None:
        """The device token that it has in a cookie; raise Forbidden where its page may not use it."""

    def keep(self, access: str, access_ends: datetime, refresh: str, refresh_ends: datetime) -> None:
        """Give it the tokens of a session to keep."""

    def keep_device(self, token: str, ends: datetime) -> None:
        """Give it a device token to keep."""

    def tell_limit(self, name: str, quota: int, window: int, remaining: int, reset: int) -> None:
        """Tell it how a limit stands that its operation counted against; times are in seconds."""

    def forget(self) -> None:
        """Take the tokens of its session from it."""


@dataclass(slots=True)
class Context:
    """One operation: its viewer (None: nobody signed in), the client's address, and its lookups."""

    services: Services
    viewer: Viewer | None
    address: str
    admission: "asyncio.Task[None] | None" = None
    """Finds out whether the token was revoked, where the operation is begun before that is known."""
    client: Client | None = None
    """None for an operation of our own."""
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

    async def admitted(self) -> None:
        """Wait until it is sure that the viewer is let in.

        Raises:
            Unauthenticated: they are not: their token was revoked.
            Unavailable: nobody can say.

        """
        if self.admission is not None:
            await asyncio.shield(self.admission)

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
        return Context(self.services, self.viewer, self.address, client=self.client)

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

    def tell_limits(self, attempt: Attempt) -> None:
        """Tell the client how the limits stand that an attempt was counted against."""
        if self.client is not None:
            for status in statuses_of(attempt):
                self.client.tell_limit(*status)

    def check_scope(self, scope: TokenScope | None) -> None:
        """Pass where a token of a program opens this, and for everybody who comes without one; no token opens None.

        Raises:
            ScopeNeeded: it does not.

        """
        opened = None if self.viewer is None else self.viewer.scopes
        # Every scope opens what READ does, since the answer to anything is read.
        if opened is not None and scope not in opened and scope is not TokenScope.READ:
            raise ScopeNeeded(scope)

    async def check_session(self, *, recent: bool = False) -> None:
        """Pass where it is certain that the viewer's session stands: for what nobody may do on trust while Redis is away.

        Where it is `recent`, they must have proved who they are a short time ago.

        Raises:
            ReauthenticationNeeded: that is too long ago.
            SessionEnded: it has ended.
            Unauthenticated: nobody is signed in.
            Unavailable: nobody can say.

        """
        sessions, viewer = self.services.accounts.sessions, self.signed_in()
        await (sessions.check_recent(viewer) if recent else sessions.check(viewer))

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
