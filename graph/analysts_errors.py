"""What the analysts' graph says of a query that it does not answer, in our words."""

import re

from neo4j.exceptions import ClientError, DatabaseError, Neo4jError

from errors import CypherTooExpensive, InvalidCypher, TooExpensive, Unavailable
from graph.errors import TIMED_OUT

_OUT_OF_MEMORY = ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", "Neo.TransientError.General.OutOfMemoryError")
_TOO_DEEP = "Neo.TransientError.General.StackOverFlowError"
_TERMINATED = ("Neo.ClientError.Transaction.Terminated", "Neo.TransientError.Transaction.Terminated")
_SAID = 600
"""Longest sentence of the server that is passed on, in characters: some list everything that might have stood at a place."""
_PLACE = re.compile(r"\(line (\d+), column (\d+) \(offset: \d+\)\)")


class ServerEnded(Unavailable):
    """The connection broke while a query ran: the server ended, by this query or by another, or was ended."""

    def __init__(self) -> None:
        """Say that it comes back."""
        super().__init__("The graph for analysts ended while it ran this query. It is started again: ask in a minute, for less.")


def told(error: Exception, seconds: float, *, above: int = 0) -> Exception:
    """Return what an error means to whoever asked; `above` is how many lines stood above their text."""
    code = getattr(error, "code", None) or ""
    if isinstance(error, Neo4jError) and (limited := _limited(code, seconds)) is not None:
        return limited
    if isinstance(error, (ClientError, DatabaseError, ValueError, OverflowError, TypeError)):
        return _invalid(getattr(error, "message", None) or str(error), above)
    return Unavailable("The graph for analysts cannot be reached right now. Try again in a moment.")


def _limited(code: str, seconds: float) -> Exception | None:
    """Return what it means that the server ended a query, None where it did not."""
    if code.startswith(_OUT_OF_MEMORY):
        return CypherTooExpensive(TooExpensive.MEMORY)
    if code == _TOO_DEEP:
        return CypherTooExpensive(TooExpensive.NESTING)
    if code.startswith(_TERMINATED):
        return Unavailable("The query was ended: a newer copy was loaded, or the server stops. Ask again.")
    if code.startswith(TIMED_OUT):
        return CypherTooExpensive(TooExpensive.TIME, seconds)
    return None


def _invalid(message: str, above: int) -> InvalidCypher:
    """Return what the server says of a text, with the place where it says so, in lines of the text."""
    said = message.splitlines()[0][:_SAID] if message else "The server refuses this."
    found, said = _PLACE.search(message), _PLACE.sub("", said).strip()
    if found is None or int(found[1]) <= above:  # a place above the text is of the text as a whole
        return InvalidCypher(said)
    return InvalidCypher(said, int(found[1]) - above, int(found[2]))
