"""Answers on disk, below the folder of the copy, by question, parameters and snapshot: each is counted once a snapshot.

    <folder>/answers/<mark>-<made_at>/degrees-4f53cda18c2baa0c.json

What is on disk is what may be shown. Answers from former snapshots are removed when a newer one is stored.
"""

import hashlib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from analytics.questions.parameters import Given
from analytics.questions.question import Answer, Question
from analytics.questions.working_folder import made_within, working_folder
from analytics.snapshots import Snapshot

ANSWERS = "answers"
VERSION = 2
"""To be raised where a question comes to count something else, or groups are left out by another rule."""


@dataclass(frozen=True, slots=True)
class AnswerCache:
    """The answers that were counted from the snapshots in a folder."""

    folder: Path
    """That of the copy; who may not write in it has another for their answers."""

    def find(self, question: Question, given: Given, snapshot: Snapshot) -> Answer | None:
        """Return an answer that was counted before, or None. A file that is not whole, or cannot be read, counts as none."""
        try:
            found = json.loads(self._path(question, given, snapshot).read_text("utf-8"))
            rows, seconds = found["rows"], found["seconds"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return Answer(question, given, rows, snapshot.manifest.mark, snapshot.manifest.epoch, seconds)

    def store(self, answer: Answer, snapshot: Snapshot) -> None:
        """Store an answer: it is there as a whole or not at all, whoever else stores the same.

        An answer from a former snapshot need not stay: whoever stores one from a newer removes it, perhaps in the midst of this.
        """
        with suppress(FileNotFoundError, FileExistsError):  # the latter where a folder is gone when `mkdir` looks at it again
            self._store(answer, self._path(answer.question, answer.given, snapshot))

    def _store(self, answer: Answer, path: Path) -> None:
        made_within(path.parents[2], ANSWERS, path.parent.name)
        writing = path.with_suffix(f".{os.getpid()}")
        writing.touch(mode=path.parents[2].stat().st_mode & 0o666)
        writing.write_text(json.dumps({"rows": answer.rows, "seconds": answer.seconds}), "utf-8")
        writing.replace(path)
        for other in path.parent.parent.iterdir():
            if other.is_dir() and other.name < path.parent.name:
                shutil.rmtree(other, ignore_errors=True)

    def _path(self, question: Question, given: Given, snapshot: Snapshot) -> Path:
        manifest = snapshot.manifest
        # With zeros in front, so that names are in the order of time.
        of_snapshot = f"{manifest.mark:015d}-{manifest.made_at:015d}"
        text = json.dumps([VERSION, question.name, sorted(given.items())])
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        return working_folder(self.folder) / ANSWERS / of_snapshot / f"{question.name}-{digest}.json"
