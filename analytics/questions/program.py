"""Answers one question in a process of its own: `python -m analytics.questions.program`.

It reads what to answer from its standard input, a line of JSON, and writes the answer to its standard output. It runs at the
lowest priority, within limits that the kernel holds, and it ends as soon as its standard input does: so it never outlives who
asked. It gets no secrets and opens no connections.
"""

import json
import os
import resource
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analytics.confinement import confine


@dataclass(frozen=True, slots=True)
class Task:
    """What to answer: a question with its parameters, from the snapshot below a folder, within limits."""

    folder: str
    question: str
    given: Mapping[str, Any]
    memory: int
    """Megabytes."""
    seconds: int
    """Of CPU."""

    @property
    def text(self) -> str:
        """Return it as the line that the process reads."""
        return json.dumps(asdict(self)) + "\n"


def end_with_input() -> None:
    """End this process when its standard input ends."""

    def wait() -> None:
        sys.stdin.read()
        os._exit(1)

    threading.Thread(target=wait, name="end with input", daemon=True).start()


def main() -> None:
    """Read the task, answer it, and store the answer for the next who asks."""
    task = Task(**json.loads(sys.stdin.readline()))
    confine(task.memory)
    resource.setrlimit(resource.RLIMIT_CPU, (task.seconds, task.seconds))
    end_with_input()
    json.dump(_answered(task, Path(task.folder)), sys.stdout)


def _answered(task: Task, folder: Path) -> Mapping[str, object]:
    from analytics.questions.answer_cache import AnswerCache
    from analytics.questions.answering import answer
    from analytics.questions.catalogue import question
    from analytics.questions.copy import EngineLimits
    from analytics.snapshots import Snapshot

    snapshot = Snapshot.newest(folder)
    limits = EngineLimits(memory=task.memory // 2, threads=1)
    found = answer(question(task.question), task.given, snapshot, limits)
    AnswerCache(folder).store(found, snapshot)
    return {"rows": found.rows, "mark": found.mark, "epoch": found.epoch, "seconds": found.seconds}


if __name__ == "__main__":
    main()
