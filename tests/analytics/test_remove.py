"""What is left of the copy on disk: nothing of a graph whose snapshot is gone, and nothing at all when it is removed."""

import os

import pytest

from analytics.errors import NoSnapshot, RefreshRuns, StillServed
from analytics.export.building import Building
from analytics.export.lock import LOCK as REFRESH_LOCK
from analytics.export.lock import held
from analytics.export.pseudonyms import Pseudonyms
from analytics.graph_copy.address import GRAPH, Address
from analytics.questions.answer_cache import AnswerCache
from analytics.questions.answering import answer
from analytics.questions.catalogue import QUESTIONS
from analytics.snapshots import Snapshot
from commands.analytics_remove import remove
from services.settings import Settings
from stack.analysts_stores import remove_stores
from stack.claim import claim_folder
from stack.progress import SilentProgress
from tests.analytics.few_rows import SOURCE, person, rows


@pytest.fixture
def folder(tmp_path):
    """A copy with everything that there may be beside it: keys, answers, what was begun, and stores of two snapshots."""
    Pseudonyms.of_epoch(tmp_path, "2026-11")
    building = Building.begun(tmp_path, SOURCE, None)
    building.put("people", "2026-10", rows("people", person("u1")))
    snapshot = building.becomes(tmp_path, mark=1, made_at=1)
    question = QUESTIONS["activity"]
    AnswerCache(tmp_path).store(answer(question, {}, snapshot), snapshot)
    Building.begun(tmp_path, SOURCE, snapshot)
    for name in ("0", "1"):
        (tmp_path / GRAPH / "stores" / name / "data").mkdir(parents=True)
    Address("bolt://127.0.0.1:1", "neo4j", "secret").write(tmp_path)
    return tmp_path


def stores(folder):
    return sorted(each.name for each in (folder / GRAPH / "stores").iterdir())


@pytest.fixture
def served(folder):
    """Something that serves the graph of the copy."""
    claim = claim_folder(folder / GRAPH, SilentProgress())
    yield
    os.close(claim)


def test_stores_go_with_their_snapshots(folder):
    assert remove_stores(folder / GRAPH, but={"1"})
    assert stores(folder) == ["1"]
    assert remove_stores(folder / "nothing was served")


def test_what_is_served_is_left_to_what_serves_it(folder, served):
    assert not remove_stores(folder / GRAPH)
    with pytest.raises(StillServed):
        remove(Settings(analytics=False), folder)
    assert stores(folder) == ["0", "1"]
    assert Snapshot.newest(folder).manifest.mark == 1


def test_a_graph_can_be_served_after_its_stores_were_looked_at(folder):
    for _ in range(2):
        os.close(claim_folder(folder / GRAPH, SilentProgress()))
        assert remove_stores(folder / GRAPH)


def test_nothing_is_left_of_a_copy_that_is_removed(folder, capsys):
    with held(folder), pytest.raises(RefreshRuns):
        remove(Settings(analytics=False), folder)
    assert stores(folder) == ["0", "1"]
    for analytics in (False, True):  # twice is once
        remove(Settings(analytics=analytics), folder)
        assert ("workers make it again" in capsys.readouterr().out) == analytics
        assert [each.name for each in folder.iterdir()] == [REFRESH_LOCK]
        with pytest.raises(NoSnapshot):
            Snapshot.newest(folder)
