"""Has questions answered for the web process, each by a process of low priority: few at a time, killed when nobody waits."""

import asyncio
import json
import sys
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import structlog

from analytics.errors import AnswerFailed, NoSnapshot, NothingExported, TookTooLong, TooManyQuestions
from analytics.questions.answer_cache import AnswerCache
from analytics.questions.parameters import Given, read
from analytics.questions.program import BUSY, Task
from analytics.questions.question import Answer, Question
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


@dataclass(slots=True)
class _Running:
    """A question that is being answered, and how many wait for it."""

    task: "asyncio.Task[Answer]"
    waiting: int = 0


@dataclass(slots=True)
class Asking:
    """The questions that are asked of the copy in a folder by clients of this process. Who asks the same shares one answer."""

    folder: Path
    limits: AskingLimits = AskingLimits()
    _running: dict[str, _Running] = field(default_factory=dict)
    _ending: "set[asyncio.Task[Answer]]" = field(default_factory=set)

    async def answer(self, question: Question, given: Given) -> Answer:
        """Answer a question, from the cache or by a process.

        Raises:
            InvalidInput: a parameter is wrong.
            NothingExported: nothing was exported yet.
            TooManyQuestions: as many are being answered as may be.
            TookTooLong: it took longer than its limit.
            AnswerFailed: the process died, as of too little memory.

        """
        values = read(question.parameters, given)
        try:
            snapshot = await asyncio.to_thread(Snapshot.newest, self.folder)
        except NoSnapshot:
            raise NothingExported from None
        found = await asyncio.to_thread(AnswerCache(self.folder).find, question, values, snapshot)
        return found or await self._shared(question, values, snapshot)

    async def close(self) -> None:
        """End what runs, and wait until its processes are gone."""
        tasks = [*(each.task for each in self._running.values()), *self._ending]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _shared(self, question: Question, values: Given, snapshot: Snapshot) -> Answer:
        key = json.dumps([question.name, snapshot.manifest.made_at, sorted(values.items())])
        running = self._running.get(key)
        if running is None:
            task = asyncio.create_task(self._answered(question, values), name=f"report {question.name}")
            running = self._running[key] = _Running(task)
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

    async def _answered(self, question: Question, values: Given) -> Answer:
        limits = self.limits
        task = Task(str(self.folder), question.name, values, limits.memory, ceil(limits.seconds), limits.places)
        try:
            async with asyncio.timeout(limits.seconds):
                found = await _output(task)
        except TimeoutError:
            raise TookTooLong(question.name, limits.seconds) from None
        if found is None:
            raise AnswerFailed(question.name)
        if found.get("refused") == BUSY:
            raise TooManyQuestions
        return Answer(question, values, found["rows"], found["mark"], found["epoch"], found["seconds"])


async def _output(task: Task) -> "dict[str, Any] | None":
    """Return what a process answers, or None where it ends without an answer. It is gone when this returns or is cancelled."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        CHILD,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": "1"},
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
        await asyncio.shield(child.wait())
        errors.cancel()
