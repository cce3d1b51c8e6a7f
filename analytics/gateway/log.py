"""The log of what analysts asked: an entry before a query runs, and one when it has ended. Nothing changes or removes them."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

import structlog

from clock import now_ms
from errors import OutcomeUnknown, Unavailable
from graph.ids import new_id
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter

log = structlog.get_logger()


class QueryOutcome(StrEnum):
    """What came of a query."""

    ANSWERED = "ANSWERED"
    TRUNCATED = "TRUNCATED"
    INVALID = "INVALID"
    FORBIDDEN = "FORBIDDEN"
    TOO_EXPENSIVE = "TOO_EXPENSIVE"
    STUCK = "STUCK"
    """It was ended and went on, as one expression does: then the keeper of its server ends that."""
    SERVER_ENDED = "SERVER_ENDED"
    """Its server ended while it ran, by it or by another."""
    LEFT = "LEFT"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class QueryLog:
    """Writes the entries, on behalf of the product."""

    writer: CommandWriter

    async def begin(self, viewer: Viewer, text: str, parameter_bytes: int) -> str:
        """Write down what is asked, and return the id of the entry.

        Raises:
            Unavailable: it is not written, or nobody knows: then it must not be asked.

        """
        entry = {
            "id": new_id(), "at": now_ms(), "actorId": viewer.id, "tokenId": viewer.token_id, "sessionId": viewer.session_id,
            "text": text, "sha256": hashlib.sha256(text.encode()).hexdigest(), "parameterBytes": parameter_bytes,
        }  # fmt: skip
        try:
            return str(await self.writer.write("analyst_queries/begin", entry=entry))
        except OutcomeUnknown as error:
            raise Unavailable from error

    async def finish(self, id_: str, outcome: QueryOutcome, seconds: float, rows: int, size: int) -> None:
        """Write down how it ended. Where that fails, an entry without an end says that nobody knows."""
        entry = {
            "id": id_, "at": now_ms(), "outcome": outcome.value, "seconds": round(seconds, 3), "rows": rows, "bytes": size,
        }  # fmt: skip
        try:
            await self.writer.write("analyst_queries/finish", entry=entry)
        except Unavailable as error:
            log.warning("analyst_query_end_not_logged", query=id_, outcome=outcome.value, error=type(error).__name__)
