"""The Redis of each role: one for all of them, or several by the settings."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Self

from keyspace.client import Keyspace
from keyspace.roles import Role


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A Redis, and the roles of what it holds."""

    keyspace: Keyspace
    roles: frozenset[Role]

    @property
    def name(self) -> str:
        """Return its roles, or `all`, for metrics and checks."""
        return "all" if self.roles == set(Role) else "+".join(role for role in Role if role in self.roles)


@dataclass(frozen=True, slots=True)
class RedisServers:
    """Every Redis, by the roles that it holds. Roles of one address share one client, with its connection."""

    servers: tuple[RedisServer, ...]

    @classmethod
    def open(cls, urls: Mapping[str, str], *, timeout: float) -> Self:
        """Connect when first used; `urls` are addresses by role, `timeout` is in seconds, for each reply."""
        by_url: dict[str, set[Role]] = {}
        for role in Role:
            by_url.setdefault(urls[role], set()).add(role)
        return cls(tuple(RedisServer(Keyspace.open(url, timeout=timeout), frozenset(roles)) for url, roles in by_url.items()))

    def of(self, role: Role) -> Keyspace:
        """Return the client for a role."""
        return next(server.keyspace for server in self.servers if role in server.roles)

    @property
    def checks(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """Return a check for each Redis, `redis` where there is one."""
        if len(self.servers) == 1:
            return {"redis": self.servers[0].keyspace.ping}
        return {f"redis-{server.name}": server.keyspace.ping for server in self.servers}

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(server.keyspace.close() for server in self.servers))
