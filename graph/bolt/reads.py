"""Reads by connections of our own: which of them a statement goes over, and where the driver must be used instead."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import structlog

from graph.bolt.connecting import Connector, NotServed
from graph.bolt.exchange import Wait
from graph.bolt.messages import extra_of, run_and_pull
from graph.bolt.pool import BoltPool, PoolLimits
from graph.queries import Statement

SHORT, SHORT_EACH = 16, 2
"""Connections for short statements, and how many may be on their way on each."""
SLOW, SLOW_EACH = 16, 1
"""Connections for statements that may be slow, each of which has one to itself."""

log = structlog.get_logger()


@dataclass(slots=True)
class PipelinedReads:
    """Connections for short statements and for slow ones, so that a short one never waits behind a slow one."""

    database: str
    short: BoltPool
    slow: BoltPool
    is_served: bool = field(default=True)
    """Whether the server lets us; if not, reads go by the driver."""

    @classmethod
    def of(cls, connector: Connector, lost: Callable[[], None]) -> Self:
        """Connect by a connector when first asked; `lost` is called when the last connection of a kind broke."""
        wait = connector.timeout
        return cls(
            connector.database,
            BoltPool(connector.connect, PoolLimits(SHORT, SHORT_EACH, wait), lost),
            BoltPool(connector.connect, PoolLimits(SLOW, SLOW_EACH, wait), lost),
        )

    async def ask(
        self,
        statement: Statement,
        params: Mapping[str, object],
        limit: float,
        wait: Wait,
        bookmarks: Iterable[str] = (),
    ) -> Any:
        """Run a statement that only reads, and return the first value of its first record, or None without one.

        Args:
            statement: what to run.
            params: its parameters.
            limit: seconds after which the server ends it.
            wait: how long the answer may take.
            bookmarks: commits that the server must have before it reads.

        Raises:
            NotServed: it must go by the driver.
            QueryTimeout: there was no answer in time.
            Neo4jError: the server refused it.
            DriverError: the server cannot be reached, or too many wait.

        """
        extra = extra_of(self.database, limit, bookmarks, mode="r")
        pool = self.slow if statement.slow else self.short
        try:
            return await pool.ask(run_and_pull(statement.text, params, extra), wait)
        except NotServed as reason:
            if self.is_served:
                self.is_served = False
                log.warning("reads_by_the_driver", reason=str(reason))
            raise

    async def close(self) -> None:
        """Let what runs finish, then close the connections."""
        await asyncio.gather(self.short.close(), self.slow.close())
