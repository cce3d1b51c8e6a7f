"""What Neo4j can answer, in our words.

    RookeryError
    └── ConstraintViolated   a uniqueness constraint refused the write; callers turn it into a Conflict

Everything else becomes Unavailable or QueryTimeout (see `errors`), or stays as it is when it is a defect of ours.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j import exceptions as neo4j

from error_codes import ErrorCode
from errors import QueryTimeout, RookeryError, Unavailable

TIMED_OUT = (
    "Neo.ClientError.Transaction.TransactionTimedOut",
    "Neo.ClientError.Transaction.LockClientStopped",
    "Neo.TransientError.Transaction.Terminated",
)
"""Codes of a query that the server stopped, also while it waited for a lock; TransactionTimedOutClientConfiguration is included
by its prefix."""


class ConstraintViolated(RookeryError):
    """A uniqueness constraint refused the write."""

    code = ErrorCode.CONFLICT

    def __init__(self, message: str) -> None:
        """Keep the server's sentence, which names the label and the property."""
        super().__init__("This exists already.")
        self.detail = message


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours."""
    try:
        yield
    except neo4j.ConstraintError as error:
        raise ConstraintViolated(error.message or "") from error
    except neo4j.Neo4jError as error:
        if (error.code or "").startswith(TIMED_OUT):
            raise QueryTimeout from error
        if isinstance(error, (neo4j.TransientError, neo4j.AuthError)):
            raise Unavailable from error
        raise
    except (neo4j.DriverError, OSError) as error:
        raise Unavailable from error
