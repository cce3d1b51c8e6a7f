"""The commit of a write: until it is sent nothing is written, and from then on only the server's answer says what happened.

| when                              | what is lost or answered                          | raised           |
| --------------------------------- | ------------------------------------------------- | ---------------- |
| before COMMIT is sent             | anything: the server rolls back                   | what it was      |
| COMMIT is sent                    | the connection, or nothing comes within the time  | OutcomeUnknown   |
| COMMIT is refused as a whole      | deadlock, termination, time limit, a constraint   | what it was      |
| COMMIT fails within the server    | its log, its members, its memory, its shutdown    | OutcomeUnknown   |
"""

from dataclasses import dataclass

import neo4j
from neo4j.exceptions import ClientError, DriverError, Neo4jError

from errors import OutcomeUnknown, Unavailable

ROLLED_BACK = "Neo.TransientError.Transaction."
"""Codes of a commit that the server took back before it wrote anything. Those of a cluster's log are not among them."""


@dataclass(slots=True)
class Commit:
    """The commit of one write, over all its attempts."""

    is_sent: bool = False

    async def send(self, transaction: neo4j.AsyncTransaction) -> None:
        """Commit a transaction whose results are consumed.

        Raises:
            OutcomeUnknown: the answer was lost, or does not tell whether anything was written.
            Neo4jError: the server refused, and nothing was written.

        """
        self.is_sent = True
        try:
            await transaction.commit()
        except Neo4jError as error:
            raise self.refused(error) from error
        except (DriverError, OSError) as error:
            raise self.broken(error) from error

    def refused(self, error: Neo4jError) -> Exception:
        """Return what it means that the server answers COMMIT with an error."""
        if not _is_refusal(error):
            return self.broken(error)
        self.is_sent = False
        return error

    def broken(self, error: Exception) -> Exception:
        """Return what it means that no answer comes any more because of an error."""
        if not self.is_sent:
            return error
        unknown = OutcomeUnknown()
        unknown.__cause__ = error
        return unknown

    def unanswered(self) -> Unavailable:
        """Return the error for a write that is given up while the server says nothing."""
        return OutcomeUnknown() if self.is_sent else Unavailable()


def _is_refusal(error: Neo4jError) -> bool:
    return isinstance(error, ClientError) or (error.code or "").startswith(ROLLED_BACK)
