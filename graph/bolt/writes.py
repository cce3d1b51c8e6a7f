"""Writes by connections of our own, each of which has one transaction at a time, apart from those of reads."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self

import structlog

from graph.bolt.connecting import Connector, NotServed
from graph.bolt.exchange import Wait
from graph.bolt.messages import extra_of
from graph.bolt.pool import BoltPool, PoolLimits
from graph.bolt.transaction import Transaction
from graph.commit import Commit
from graph.write import Write, Written

WRITES = 24
"""Connections for writes: as many as users of one process write at a time, and some for what workers write."""

log = structlog.get_logger()


@dataclass(slots=True)
class PipelinedWrites:
    """Connections for writes."""

    database: str
    pool: BoltPool
    is_served: bool = field(default=True)
    """Whether the server lets us; if not, writes go by the driver."""

    @classmethod
    def of(cls, connector: Connector, lost: Callable[[], None]) -> Self:
        """Connect by a connector when first asked; `lost` is called when the last connection broke."""
        return cls(connector.database, BoltPool(connector.connect, PoolLimits(WRITES, 1, connector.timeout), lost))

    async def run(self, write: Write, commit: Commit, limit: float, wait: Wait, bookmarks: Iterable[str] = ()) -> Written:
        """Do a write, and commit it.

        Cancelled, it is given up with its connection, so that nothing more of it is sent.

        Args:
            write: what to do.
            commit: the commit of all its attempts.
            limit: seconds after which the server ends it.
            wait: how long the answer may take.
            bookmarks: commits that the server must have before it begins.

        Raises:
            AlreadyMade: it was done before, under the same key.
            Conflict: the key was used for something else.
            NotServed: it must go by the driver.
            OutcomeUnknown: the answer to COMMIT was lost, or does not tell whether anything was written.
            Neo4jError: the server refused it, and nothing was written.
            DriverError: the server cannot be reached, or too many wait; nothing was written.

        """
        transaction = Transaction.of(write, commit, extra_of(self.database, limit, bookmarks), wait)
        try:
            written: Written = await self.pool.send(transaction)
        except asyncio.CancelledError:
            self.pool.give_up(transaction)
            raise
        except NotServed as reason:
            if self.is_served:
                self.is_served = False
                log.warning("writes_by_the_driver", reason=str(reason))
            raise
        return written

    async def close(self) -> None:
        """Let what runs finish, then close the connections."""
        await self.pool.close()
