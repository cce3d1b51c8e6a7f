"""Answers a question from a snapshot: count, leave out and round, show."""

import time
from collections.abc import Mapping

import polars as pl

from analytics.questions.copy import Copy, EngineLimits
from analytics.questions.group_size import shown
from analytics.questions.parameters import read
from analytics.questions.question import ROWS_MAX, Answer, Question
from analytics.snapshots import Snapshot

NO_LIMITS = EngineLimits()


def answer(question: Question, given: Mapping[str, object], snapshot: Snapshot, limits: EngineLimits = NO_LIMITS) -> Answer:
    """Answer a question.

    Raises:
        InvalidInput: a parameter is wrong.

    """
    values = read(question.parameters, given)
    began = time.monotonic()
    counted = question.count(Copy(snapshot, limits), values)
    rows = counted.with_columns(pl.col(pl.Date).cast(pl.String)).rows(named=True)
    found = question.show(shown(rows, question), values)[:ROWS_MAX]
    names = [column.name for column in question.columns]
    return Answer(
        question,
        values,
        [[row[name] for name in names] for row in found],
        snapshot.manifest.mark,
        snapshot.manifest.epoch,
        time.monotonic() - began,
    )
