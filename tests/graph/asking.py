"""Asking over connections of our own, without what a graph does around it."""

import asyncio
from typing import Any

from graph.bolt.connecting import BoltAddress, Connector
from graph.bolt.exchange import Wait
from graph.bolt.pool import BoltPool, PoolLimits
from graph.bolt.reads import PipelinedReads
from graph.queries import Statement
from stack.embedded import StackAddresses


def statement(text: str, slow: str | None = None) -> Statement:
    """Return a statement with this text."""
    return Statement("t/any", "", text, {}, "", None, slow)


ECHO = statement("RETURN $value AS value")


def reads_of(uri: str, limits: PoolLimits, stack: StackAddresses | None = None, timeout: float = 5.0) -> PipelinedReads:
    """Return reads from an address, with one pool for all."""
    address = BoltAddress.of(uri)
    assert address is not None
    user, password = (stack.neo4j_user, stack.neo4j_password) if stack else ("neo4j", "x")
    pool = BoltPool(Connector(address, user, password, "neo4j", timeout).connect, limits, lambda: None)
    return PipelinedReads("neo4j", pool, pool)


async def ask(reads: PipelinedReads, value: object = 1, of: Statement = ECHO, seconds: float = 10.0) -> Any:
    """Return the value of a statement."""
    return await reads.ask(of, {"value": value}, 10.0, Wait(seconds, asyncio.get_running_loop().time() + seconds))


def asking(reads: PipelinedReads, value: object = 1, of: Statement = ECHO, seconds: float = 10.0) -> "asyncio.Task[Any]":
    """Return the task that asks."""
    return asyncio.create_task(ask(reads, value, of, seconds))
