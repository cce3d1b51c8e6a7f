"""Who may only read a copy writes elsewhere, and nothing is open to more people than the copy is."""

import os
import stat
import tempfile

import pytest

from analytics.questions.answer_cache import ANSWERS, AnswerCache
from analytics.questions.answering import answer
from analytics.questions.catalogue import QUESTIONS
from analytics.questions.working_folder import working_folder
from tests.questions.small_world import by_chance


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("of_folder", [0o700, 0o750])
def test_answers_are_as_open_as_the_copy(tmp_path, of_folder):
    tmp_path.chmod(of_folder)
    snapshot = by_chance(3, people=20, acts=20).snapshot(tmp_path)
    AnswerCache(tmp_path).store(answer(QUESTIONS["activity"], {}, snapshot), snapshot)
    (folder,) = (tmp_path / ANSWERS).iterdir()
    (file,) = folder.iterdir()
    assert mode(folder) == mode(tmp_path / ANSWERS) == mode(tmp_path / "spill") == of_folder
    assert mode(file) == of_folder & 0o666


def test_who_may_only_read_has_a_folder_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda *_: False)  # the tests may run as root, who may write everywhere
    own = working_folder(tmp_path / "copy")
    assert own.parent == tmp_path and mode(own) == 0o700 and working_folder(tmp_path / "copy") == own
    assert working_folder(tmp_path / "another") != own
    own.chmod(0o777)
    with pytest.raises(PermissionError):
        working_folder(tmp_path / "copy")
