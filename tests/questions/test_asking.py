"""Questions that are asked by the web process: counted by processes of their own, which are few and never outlive who asked."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from analytics.errors import AnswerFailed, NothingExported, TookTooLong, TooManyQuestions
from analytics.questions.answering import answer
from analytics.questions.asking import CHILD, ROOT, Asking, AskingLimits
from analytics.questions.buckets import Bucket
from analytics.questions.catalogue import QUESTIONS
from analytics.questions.program import PLACES, Task, place
from analytics.questions.working_folder import made_within
from errors import InvalidInput
from tests.questions.small_world import by_chance
from tests.worlds.waiting import until

DEGREES, ACTIVITY, GROWTH = (QUESTIONS[name] for name in ("degrees", "activity", "growth"))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy")
    return folder, by_chance(3, people=60, acts=400).snapshot(folder)


@pytest.fixture
def asking(written):
    return Asking(written[0])


def children() -> list[str]:
    """Give the processes that count for this one."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = path.read_text().rpartition(")")[2].split()[1]
            command = (path.parent / "cmdline").read_text()
        except OSError:
            continue
        if parent == str(Path("/proc/self").resolve().name) and CHILD in command:
            found.append(path.parent.name)
    return found


async def test_an_answer_is_that_of_the_library_and_counted_once(asking, written):
    folder, snapshot = written
    given = {"by": Bucket.MONTH}
    found = await asking.answer(ACTIVITY, given)
    expected = answer(ACTIVITY, given, snapshot)
    assert (found.rows, found.mark, found.epoch) == (expected.rows, expected.mark, expected.epoch) and found.rows
    none_may_run = Asking(folder, AskingLimits(places=0))
    again = await none_may_run.answer(ACTIVITY, {"by": Bucket.MONTH, "buckets": ACTIVITY.parameters[1].default})
    assert (again.rows, again.seconds) == (found.rows, found.seconds)
    with pytest.raises(TooManyQuestions):
        await none_may_run.answer(ACTIVITY, {"by": Bucket.DAY})


async def test_who_asks_the_same_shares_a_process_which_ends_with_the_last_of_them(asking):
    first, second = (asyncio.create_task(asking.answer(DEGREES, {})) for _ in range(2))
    await until(children)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert len(children()) == 1
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    await until(lambda: not children())
    assert (await asking.answer(DEGREES, {})).rows


async def test_no_more_run_on_a_machine_than_there_are_places(written, asking):
    folder = made_within(written[0], PLACES)
    with place(folder, 2) as one, place(folder, 2) as other, place(folder, 2) as third:
        assert (one, other, third) == (True, True, False)
        with pytest.raises(TooManyQuestions):
            await asking.answer(GROWTH, {})
    assert not children()


async def test_a_question_that_takes_too_long_or_too_much_is_ended(written):
    folder, _ = written
    with pytest.raises(TookTooLong):
        await Asking(folder, AskingLimits(seconds=0.05)).answer(GROWTH, {"months": 2})
    with pytest.raises(AnswerFailed):
        await Asking(folder, AskingLimits(memory=20)).answer(GROWTH, {"months": 3})
    assert not children()


async def test_what_is_wrong_is_refused_before_a_process_is_started(asking, tmp_path):
    for given in ({"buckets": 0}, {"buckets": 401}, {"by": "year"}, {"nothing": 1}):
        with pytest.raises(InvalidInput):
            await asking.answer(ACTIVITY, given)
    with pytest.raises(NothingExported):
        await Asking(tmp_path).answer(ACTIVITY, {})
    assert not children()


def test_the_process_ends_with_its_input(written):
    task = Task(str(written[0]), "degrees", {}, memory=1_024, seconds=30, places=2)
    done = subprocess.run([sys.executable, "-m", CHILD], input=task.text, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (1, "")


def test_the_programs_do_not_load_engines():
    """They cost a second and much memory, for what the web process and the worker leave to others."""
    loads = "import sys, app, worker; print(*sorted({'polars', 'duckdb', 'rustworkx', 'matplotlib'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == ""
