"""Questions that are asked by the web process: counted by processes of their own, which are few and never outlive who asked."""

import asyncio
import os
import subprocess
import sys
from contextlib import AsyncExitStack

import pytest

from analytics.errors import AnswerFailed, NothingExported, TookTooLong, TooManyQuestions
from analytics.questions.answering import answer
from analytics.questions.asking import CHILD, ROOT, Asking, AskingLimits
from analytics.questions.buckets import Bucket
from analytics.questions.catalogue import QUESTIONS
from analytics.questions.places import Places, free_place
from analytics.questions.program import Task
from analytics.questions.turns import Turns
from errors import InvalidInput
from tests.questions.small_world import by_chance
from tests.worlds.processes import children_with
from tests.worlds.waiting import until

DEGREES, ACTIVITY, GROWTH, POSTS = (QUESTIONS[name] for name in ("degrees", "activity", "growth", "posts"))
ADA, BO = "ada", "bo"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy")
    return folder, by_chance(3, people=60, acts=400).snapshot(folder)


@pytest.fixture
def asking(written):
    return Asking(written[0])


async def test_an_answer_is_that_of_the_library_and_counted_once(asking, written):
    folder, snapshot = written
    given = {"by": Bucket.MONTH}
    found = await asking.answer(ADA, ACTIVITY, given)
    expected = answer(ACTIVITY, given, snapshot)
    assert (found.rows, found.mark, found.epoch) == (expected.rows, expected.mark, expected.epoch) and found.rows
    none_may_run = Asking(folder, AskingLimits(places=0, patience=0.05))
    again = await none_may_run.answer(ADA, ACTIVITY, {"by": Bucket.MONTH, "buckets": ACTIVITY.parameters[1].default})
    assert (again.rows, again.seconds) == (found.rows, found.seconds)
    with pytest.raises(TooManyQuestions):
        await none_may_run.answer(ADA, ACTIVITY, {"by": Bucket.DAY})


async def test_who_asks_the_same_shares_a_process_which_ends_with_the_last_of_them(asking):
    first, second = (asyncio.create_task(asking.answer(person, DEGREES, {})) for person in (ADA, BO))
    await until(lambda: children_with(CHILD) and asking.waiting(DEGREES) == 2)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert len(children_with(CHILD)) == 1
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    await until(lambda: not children_with(CHILD))
    assert (await asking.answer(ADA, DEGREES, {})).rows


async def test_no_more_run_on_a_machine_than_there_are_places_and_the_next_waits_for_one(written, asking):
    folder, _ = written
    async with Places(folder, 2).taken():
        async with Places(folder, 2).taken():
            assert free_place(folder, 2) is None
            with pytest.raises(TooManyQuestions):
                await Asking(folder, AskingLimits(patience=0.05)).answer(ADA, GROWTH, {})
            waits = asyncio.create_task(asking.answer(ADA, GROWTH, {}))
            await until(lambda: asking.waiting(GROWTH) == 1)
            assert not children_with(CHILD)
        assert (await waits).rows


async def test_a_place_is_held_by_the_process_that_inherits_it(written):
    folder, _ = written
    async with Places(folder, 1).taken() as place:
        child = await asyncio.create_subprocess_exec("cat", stdin=asyncio.subprocess.PIPE, pass_fds=(place,))
    assert free_place(folder, 1) is None
    await child.communicate(b"")
    found = free_place(folder, 1)
    assert found is not None
    os.close(found)


async def test_a_place_that_is_found_for_somebody_who_left_is_free_again(written):
    folder, _ = written
    for _ in range(20):
        taking = asyncio.create_task(AsyncExitStack().enter_async_context(Places(folder, 1).taken()))
        await asyncio.sleep(0)
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking
    async with asyncio.timeout(5), Places(folder, 1).taken():
        pass


async def test_questions_of_one_person_are_counted_one_after_the_other(written, asking):
    asked = [asking.by(ADA).answer(POSTS, {"by": by}) for by in Bucket]
    task, most = asyncio.gather(*asked), 0

    def done() -> bool:
        nonlocal most
        most = max(most, len(children_with(CHILD)))
        return task.done()

    await until(done)
    assert [answer.given["by"] for answer in await task] == list(Bucket)
    assert most == 1


async def test_few_may_wait_and_not_for_ever():
    turns, soon = Turns(of_one=2, of_all=3), asyncio.get_running_loop().time() + 60
    async with AsyncExitStack() as held:
        async with turns.taken(ADA, soon):
            waits = asyncio.create_task(held.enter_async_context(turns.taken(ADA, soon)))
            await asyncio.sleep(0)
            with pytest.raises(TooManyQuestions):
                await held.enter_async_context(turns.taken(ADA, soon))
            async with turns.taken(BO, soon):
                with pytest.raises(TooManyQuestions):
                    await held.enter_async_context(turns.taken("cy", soon))
        await waits
        with pytest.raises(TooManyQuestions):
            await held.enter_async_context(turns.taken(ADA, 0.0))


async def test_who_leaves_frees_their_turn():
    turns, soon = Turns(of_one=2, of_all=2), asyncio.get_running_loop().time() + 60
    async with turns.taken(ADA, soon):
        leaves = asyncio.create_task(AsyncExitStack().enter_async_context(turns.taken(ADA, soon)))
        await asyncio.sleep(0)
        leaves.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaves
        async with turns.taken(BO, soon):
            pass
    async with turns.taken(ADA, soon):
        pass


async def test_a_question_that_takes_too_long_or_too_much_is_ended(written):
    folder, _ = written
    with pytest.raises(TookTooLong):
        await Asking(folder, AskingLimits(seconds=0.05)).answer(ADA, GROWTH, {"months": 2})
    with pytest.raises(AnswerFailed):
        await Asking(folder, AskingLimits(memory=20)).answer(ADA, GROWTH, {"months": 3})
    assert not children_with(CHILD)


async def test_what_is_wrong_is_refused_before_a_process_is_started(asking, tmp_path):
    for given in ({"buckets": 0}, {"buckets": 401}, {"by": "year"}, {"nothing": 1}):
        with pytest.raises(InvalidInput):
            await asking.answer(ADA, ACTIVITY, given)
    with pytest.raises(NothingExported):
        await Asking(tmp_path).answer(ADA, ACTIVITY, {})
    assert not children_with(CHILD)


def test_the_process_ends_with_its_input(written):
    task = Task(str(written[0]), "degrees", {}, memory=1_024, seconds=30)
    done = subprocess.run([sys.executable, "-m", CHILD], input=task.text, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (1, "")
