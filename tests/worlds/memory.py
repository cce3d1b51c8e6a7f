"""A Redis with a limit of memory, and what fills it."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry

from graph.ids import id_at, pack
from keyspace import keys
from keyspace.activity import place_of
from keyspace.client import Keyspace
from keyspace.memory import memory_of
from keyspace.pipelined import Command
from keyspace.roles import Role
from keyspace.servers import RedisServer
from services.delivery.eviction import Eviction
from services.delivery.memory_metrics import MemoryMetrics

ENTRIES = [pack(id_at(at, 1)) for at in range(800)]
ABOVE = 0.8


def eviction(keyspace: Keyspace, roles: Iterable[Role] = Role) -> Eviction:
    """Return the loop of a worker for a Redis of these roles."""
    return Eviction(RedisServer(keyspace, frozenset(roles)), ABOVE, MemoryMetrics.of(CollectorRegistry()))


async def fill(keyspace: Keyspace, minutes: Mapping[int, int]) -> None:
    """Give viewers lists of 800 posts, and the minute at which they last read; 0 for nobody knows."""
    for viewer, minute in minutes.items():
        shard, place = place_of(viewer)
        commands: list[Command] = [("RPUSH", keys.timeline(viewer), *ENTRIES), ("SADD", keys.followed(viewer), 0, 1)]
        if minute:
            commands.append(("SETRANGE", shard, place, minute.to_bytes(keys.PACKED_VIEWER, "little")))
        await keyspace.commands("fill", commands)


async def listed_of(keyspace: Keyspace, minutes: Mapping[int, int]) -> list[int]:
    """Return the viewers who have a list, least active first."""
    found = await keyspace.commands("lists", [("EXISTS", keys.timeline(viewer)) for viewer in minutes])
    return sorted((viewer for viewer, exists in zip(minutes, found, strict=True) if exists), key=minutes.__getitem__)


@asynccontextmanager
async def limited(keyspace: Keyspace, limit: Callable[[int], float]) -> AsyncIterator[None]:
    """Give Redis a limit of memory in a block, by what it uses now."""
    await keyspace.command("CONFIG", "SET", "maxmemory", int(limit((await memory_of(keyspace)).used)))
    try:
        yield
    finally:
        await keyspace.command("CONFIG", "SET", "maxmemory", 0)
