"""Has questions answered for the web process, each by a process of low priority: few at a time, killed when nobody waits.

Whoever asks several is answered one after the other, so that a client may ask for all that it shows in one operation.
"""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import structlog

from analytics.errors import (
    AnswerFailed,
    CopyUnreadable,
    NoSnapshot,
    NothingExported,
    TookTooLong,
    TooManyQuestions,
    UnreadableSnapshot,
)
from analytics.questions.answer_cache import AnswerCache
from analytics.questions.parameters import Given, read
from analytics.questions.places import Places
from analytics.questions.program import Task
from analytics.questions.question import Answer, Question
from analytics.questions.turns import Turns
from analytics.snapshots import Snapshot

CHILD = "analytics.questions.program"
ROOT = Path(__file__).parents[2]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AskingLimits:
    """Limits for the processes that answer: how many at a time on this machine, megabytes and seconds of each."""

    places: int = 2
    memory: int = 2_048
    seconds: float = 60
    patience: float = 60
    """Seconds that a question waits at most until it is counted."""
    of_one: int = 32
    """Most questions of a person that are counted or wait in this process: all that there are, twice."""
    of_all: int = 128
    """Most questions of all people together."""


@dataclass(slots=True)
class _Running:
    """A question that is being answered, and how many wait for it."""

    question: Question
    task: "asyncio.Task[Answer]"
    waiting: int = 0


@dataclass(slots=True)
class Asking:
    """The questions that are asked of the copy in a folder by clients of this process. Who asks the same shares one answer."""

    folder: Path
    limits: AskingLimits = AskingLimits()
    _turns: Turns = field(init=False)
    _running: dict[str, _Running] = field(default_factory=dict)
    _ending: "set[asyncio.Task[Answer]]" = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with nobody who asks."""
        self._turns = Turns(self.limits.of_one, self.limits.of_all)

    def by(self, person: str) -> "Asker":
        """Return who asks here as somebody."""
        return Asker(self, person)

    async def answer(self, person: str, question: Question, given: Given) -> Answer:
        """Answer a question of a person, from the cache or by a process, after those that they asked before.

        Raises:
            InvalidInput: a parameter is wrong.
            NothingExported: nothing was exported yet.
            CopyUnreadable: there is a copy, and it cannot be read.
            TooManyQuestions: as many wait as may, or it has waited for too long.
            TookTooLong: it took longer than its limit.
            AnswerFailed: the process died, as of too little memory.

        """
        values = read(question.parameters, given)
        try:
            snapshot = await asyncio.to_thread(Snapshot.newest, self.folder)
        except NoSnapshot:
            raise NothingExported from None
        except UnreadableSnapshot as error:
            log.warning("copy_unreadable", reason=str(error))
            raise CopyUnreadable from error
        found = await self._found(question, values, snapshot)
        if found is not None:
            return found
        deadline = asyncio.get_running_loop().time() + self.limits.patience
        async with self._turns.taken(person, deadline):
            # Perhaps it was counted for somebody else meanwhile.
            return await self._found(question, values, snapshot) or await self._shared(question, values, snapshot, deadline)

    def waiting(self, question: Question) -> int:
        """Return how many wait for a question that is being answered, or that has its turn and waits for a place."""
        return sum(each.waiting for each in self._running.values() if each.question is question)

    async def close(self) -> None:
        """End what runs, and wait until its processes are gone."""
        tasks = [*(each.task for each in self._running.values()), *self._ending]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _found(self, question: Question, values: Given, snapshot: Snapshot) -> Answer | None:
        return await asyncio.to_thread(AnswerCache(self.folder).find, question, values, snapshot)

    async def _shared(self, question: Question, values: Given, snapshot: Snapshot, deadline: float) -> Answer:
        key = json.dumps([question.name, snapshot.manifest.made_at, sorted(values.items())])
        running = self._running.get(key)
        if running is None:
            task = asyncio.create_task(self._placed(question, values, deadline), name=f"report {question.name}")
            running = self._running[key] = _Running(question, task)
            task.add_done_callback(lambda done: self._done(key, done))
        running.waiting += 1
        try:
            return await asyncio.shield(running.task)
        finally:
            running.waiting -= 1
            if not running.waiting and not running.task.done():
                self._end(key, running.task)

    def _end(self, key: str, task: "asyncio.Task[Answer]") -> None:
        """End what nobody waits for; who asks the same from now on begins anew."""
        del self._running[key]
        self._ending.add(task)
        task.cancel()

    def _done(self, key: str, task: "asyncio.Task[Answer]") -> None:
        self._ending.discard(task)
        running = self._running.get(key)
        if running is not None and running.task is task:
            del self._running[key]
        if not task.cancelled():
            task.exception()  # whoever still waits is told it; who has left needs no warning of it

    async def _placed(self, question: Question, values: Given, deadline: float) -> Answer:
        """Answer a question as soon as there is a place for it."""
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout_at(deadline):
                    place = await held.enter_async_context(Places(self.folder, self.limits.places).taken())
            except TimeoutError:
                raise TooManyQuestions from None
            return await self._answered(question, values, place)

    async def _answered(self, question: Question, values: Given, place: int) -> Answer:
        limits = self.limits
        task = Task(str(self.folder), question.name, values, limits.memory, ceil(limits.seconds))
        try:
            async with asyncio.timeout(limits.seconds):
                found = await _output(task, place)
        except TimeoutError:
            raise TookTooLong(question.name, limits.seconds) from None
        except OSError as error:  # no process could be started
            log.warning("report_failed", report=question.name, said=str(error))
            raise AnswerFailed(question.name) from error
        if found is None:
            raise AnswerFailed(question.name)
        return Answer(question, values, found["rows"], found["mark"], found["epoch"], found["seconds"])


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks."""

    asking: Asking
    person: str

    async def answer(self, question: Question, given: Given) -> Answer:
        """Answer a question of theirs; it raises what `Asking.answer` does."""
        return await self.asking.answer(self.person, question, given)


async def _output(task: Task, place: int) -> "dict[str, Any] | None":
    """Return what a process answers, or None where it ends without an answer. It is gone when this returns or is cancelled.

    The process inherits its place, and so holds it as long as it runs, also where this one is killed.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        CHILD,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": "1"},
        pass_fds=(place,),
        start_new_session=True,  # Ctrl-C is for the server, which ends this one
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    errors = asyncio.create_task(child.stderr.read(), name="errors of a report")
    try:
        child.stdin.write(task.text.encode())  # and it stays open: its end would end the process
        output = await child.stdout.read()
        if not output:
            log.warning("report_failed", report=task.question, said=(await errors).decode(errors="replace")[-2_000:])
        return json.loads(output) if output else None
    finally:
        if child.returncode is None:
            child.kill()
        child.stdin.close()
        errors.cancel()  # before anything is waited for: who cancels this twice leaves no task behind
        await asyncio.shield(child.wait())
