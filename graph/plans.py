"""Plans of statements: the server makes one when it first meets a statement, which can take seconds; here it is made once.

Without this, forty requests that meet an empty plan cache plan the same statement forty times at once, each is ended by its time
limit, and none ever succeeds. So before a statement runs for the first time, or when its runs take much longer than they used to
(its plan was dropped), one EXPLAIN with a limit of its own makes the plan, and all who need it wait for that.

A plan belongs to a form: the statement and the types of its parameters, with the magnitude of texts and lists.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from neo4j.exceptions import ServiceUnavailable, SessionExpired

from errors import OutcomeUnknown

T = TypeVar("T")
Form: TypeAlias = tuple[object, ...]
Explain: TypeAlias = Callable[[], Awaitable[None]]
"""Lets the server plan a form."""

PLANNING = 20.0
"""Seconds that planning may take: on a busy server that has just started, the largest statements take 10."""
SLOW, MUCH = 0.25, 10.0
"""Seconds, and times the usual duration, after which runs of which none has ended are taken for runs that plan."""
SHARE = 0.2
"""Share of the newest run in the usual duration."""
LOST = (ServiceUnavailable, SessionExpired, OSError, OutcomeUnknown)
"""What a server that is started anew leads to. A full pool of connections is not among it, or load would drop all plans."""
FORMS = 5_000
"""Forms that are known at most; the server keeps a thousand plans."""


@dataclass(slots=True)
class _Runs:
    """The runs of one form."""

    is_planned: bool = False
    planning: "asyncio.Task[None] | None" = None
    usual: float = 0.0
    running: int = 0
    quiet_since: float = 0.0
    """When the last run ended, or the first of those that run began."""

    def needs_plan(self) -> bool:
        """Return whether nothing is planned, or what runs seems to be planning."""
        if not self.running:
            return not self.is_planned
        return not self.is_planned or time.perf_counter() - self.quiet_since > max(SLOW, MUCH * self.usual)

    def begin(self) -> float:
        """Note that a run begins, and return when."""
        now = time.perf_counter()
        if not self.running:
            self.quiet_since = now
        self.running += 1
        return now

    def succeed(self, began: float) -> None:
        """Note how long a run took."""
        self.quiet_since = time.perf_counter()
        self.usual += (self.quiet_since - began - self.usual) * SHARE


class Plans:
    """What this process knows of the server's plans."""

    def __init__(self) -> None:
        """Know none."""
        self._forms: dict[Form, _Runs] = {}
        self.dropped = asyncio.Event()
        """Set when the server may have dropped all plans."""

    def is_planned(self, form: Form) -> bool:
        """Return whether a form was planned since the server was last reached anew."""
        runs = self._forms.get(form)
        return runs is not None and not runs.needs_plan()

    async def watch(self, form: Form, attempt: Callable[[], Awaitable[T]]) -> T:
        """Run an attempt, and learn from it how long such runs take, and whether the server was lost."""
        runs = self._of(form)
        began = runs.begin()
        try:
            result = await attempt()
        except LOST:
            self.drop()
            raise
        finally:
            runs.running -= 1
        runs.succeed(began)
        return result

    async def plan(self, form: Form, explain: Explain) -> None:
        """Plan a form, unless it is planned, or wait for the one who plans it; when one of them is cancelled, it goes on."""
        runs = self._of(form)
        if not runs.needs_plan():
            return
        if runs.planning is None:
            runs.planning = asyncio.create_task(self._explained(runs, explain), name="plan")
            runs.planning.add_done_callback(_retrieved)
        await asyncio.shield(runs.planning)

    def drop(self) -> None:
        """Forget all plans: a server that was lost may have been started anew."""
        for runs in self._forms.values():
            runs.is_planned = False
        self.dropped.set()

    async def _explained(self, runs: _Runs, explain: Explain) -> None:
        try:
            await explain()
            runs.is_planned, runs.quiet_since = True, time.perf_counter()
        except LOST:
            self.drop()
            raise
        finally:
            runs.planning = None

    async def close(self) -> None:
        """End what is being planned."""
        planning = [runs.planning for runs in self._forms.values() if runs.planning is not None]
        for task in planning:
            task.cancel()
        await asyncio.gather(*planning, return_exceptions=True)

    def _of(self, form: Form) -> _Runs:
        runs = self._forms.get(form)
        if runs is None:
            if len(self._forms) >= FORMS:
                self._forms.clear()
            runs = self._forms[form] = _Runs()
        return runs


def _retrieved(task: "asyncio.Task[None]") -> None:
    """Take the error of a plan that nobody waits for any more."""
    if not task.cancelled():
        task.exception()


def form_of(statement: str, params: Mapping[str, object]) -> Form:
    """Return the form of a statement with these parameters."""
    return (statement, *map(_type, params.values()))


def _type(value: object) -> object:
    if isinstance(value, str):
        return str, _magnitude(len(value))
    if isinstance(value, list | tuple):
        return list, _magnitude(len(value)), type(value[0]) if value else None
    return type(value)


def _magnitude(count: int) -> int:
    """Return the power of ten at or above a count, by which the server groups them: 0, 1, 2 to 10, 11 to 100."""
    return len(str(count - 1)) if count > 1 else count - 1
