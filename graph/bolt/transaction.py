"""A transaction on a connection of its own for as long as it lasts: two writes to the server, and two answers.

    BEGIN, what is asked first ──> its values ──> what they lead to, COMMIT ──> the bookmark
                                       └────────> ROLLBACK, where it was done before or made nothing

The second part goes out in the turn of the event loop in which the values came, whether or not the caller is still there: what a
write does is decided here, and nobody else is woken for it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from neo4j.exceptions import Neo4jError

from graph.bolt.exchange import Exchange, Wait
from graph.bolt.messages import COMMIT, ROLLBACK, begin, fields_of, run_and_pull
from graph.commit import Commit
from graph.write import BoundStatement, Ending, Write, Written


@dataclass(slots=True, eq=False, kw_only=True)
class Transaction(Exchange):
    """A write on its way; its answer is `Written`.

    Attributes:
        write: what is done.
        commit: learns when COMMIT is sent, and says what the answer to it means.
        values: what the first statements returned, None without a record.
        ending: how it ends, once that is known.
        stopped: why it is rolled back, where that is an error.

    """

    write: Write
    commit: Commit
    values: list[Any]
    ending: Ending | None = None
    stopped: Exception | None = None

    @classmethod
    def of(cls, write: Write, commit: Commit, extra: Mapping[str, object], wait: Wait) -> Self:
        """Return a transaction that is to be sent; `extra` is what BEGIN says.

        Raises:
            TypeError, ValueError, OverflowError: a parameter is of a type or a size that Bolt does not know.

        """
        first, answer = write.first, asyncio.get_running_loop().create_future()
        summaries = 1 + 2 * len(first)
        return cls(begin(extra) + _packed(first), answer, wait, summaries, write=write, commit=commit, values=[None] * len(first))

    @property
    def may_return(self) -> bool:
        """Whether a record may come now: at first behind the SUCCESS of each RUN, and then anywhere, where none is looked at."""
        return self.ending is not None or self.summaries % 2 == 1

    def keep(self, value: object) -> None:
        """Take the value of a record of the first statements."""
        if self.ending is None:
            self.values[-((self.summaries + 1) // 2)] = value

    def end(self, message: bytearray, at: int) -> bytes:
        """Return the second part once the first is answered; give the answer once that is."""
        if self.ending is None:
            return self._second()
        if self.stopped is not None:
            self.fail(self.stopped)
        else:
            bookmark = fields_of(message, at).get("bookmark") if self.ending.commits else None
            self.give(Written(self.ending.value, self.ending.events, bookmark))
        return b""

    def refuse(self, error: Exception) -> None:
        """Fail because of what the server says: it took all back, unless that is its answer to COMMIT and leaves it open."""
        if self.ending is None:
            try:
                self.write.check(self.values)
            except Exception as stopped:  # noqa: BLE001 - the caller's: that it was done before says more than what failed then
                error = stopped
        elif not self.ending.commits:  # it is rolled back all the same, by the RESET
            error = self.stopped or error
        elif self.summaries == 1 and isinstance(error, Neo4jError):
            error = self.commit.refused(error)
        else:  # COMMIT was ignored
            self.commit.is_sent = False
        Exchange.fail(self, error)

    def fail(self, error: Exception) -> None:
        """Fail because the connection broke, or is silent."""
        Exchange.fail(self, self.commit.broken(error))

    def _second(self) -> bytes:
        """Decide how it ends. Who is given up, or stopped, is rolled back."""
        packed, self.ending = b"", Ending(None, commits=False)
        if not self.answer.done():
            try:
                self.ending = self.write.ending(self.values)
                packed = _packed(self.ending.statements)
            except Exception as stopped:  # noqa: BLE001 - the caller's, who gets it once all is rolled back
                self.ending, self.stopped = Ending(None, commits=False), stopped
        if not self.ending.commits:
            self.summaries = 1
            return ROLLBACK
        self.summaries = 2 * len(self.ending.statements) + 1
        self.commit.is_sent = True
        return packed + COMMIT


def _packed(statements: Sequence[BoundStatement]) -> bytes:
    return b"".join([run_and_pull(each.text, each.params) for each in statements])
