"""A folder belongs to one stack, and to its servers until they have ended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stack.claim import claim_folder
from stack.credentials import load_credentials
from stack.errors import AlreadyRunning
from stack.progress import SilentProgress

LEAVES_A_SERVER_BEHIND = """
import os, subprocess, sys
from pathlib import Path
from stack.claim import claim_folder
from stack.progress import SilentProgress
claim = claim_folder(Path(sys.argv[1]), SilentProgress())
subprocess.Popen(["cat"], pass_fds=(claim,), stdout=subprocess.DEVNULL)
"""


class Recorder(SilentProgress):
    """Keeps what is said, and then ends the server that was left behind."""

    def __init__(self, lifeline: int) -> None:
        self.said: list[str] = []
        self._lifeline = lifeline

    def say(self, sentence: str) -> None:
        self.said.append(sentence)
        os.close(self._lifeline)


def test_a_second_claim_names_the_holder(tmp_path: Path) -> None:
    claim = claim_folder(tmp_path, SilentProgress())
    with pytest.raises(AlreadyRunning, match=f"already run, started by process {os.getpid()}"):
        claim_folder(tmp_path, SilentProgress())
    os.close(claim)


def test_a_folder_that_was_let_go_can_be_claimed_again(tmp_path: Path) -> None:
    os.close(claim_folder(tmp_path, SilentProgress()))
    os.close(claim_folder(tmp_path, SilentProgress()))


def test_servers_of_a_run_that_was_killed_are_waited_for(tmp_path: Path) -> None:
    its_input, lifeline = os.pipe()
    command = [sys.executable, "-c", LEAVES_A_SERVER_BEHIND, str(tmp_path)]
    subprocess.run(command, stdin=its_input, check=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    os.close(its_input)
    recorder = Recorder(lifeline)
    os.close(claim_folder(tmp_path, recorder))
    assert recorder.said == ["Waiting for the servers of an earlier run, which was killed, to stop."]


def test_passwords_are_made_once_and_are_for_the_owner_only(tmp_path: Path) -> None:
    first = load_credentials(tmp_path / "credentials.json")
    assert load_credentials(tmp_path / "credentials.json") == first
    assert (tmp_path / "credentials.json").stat().st_mode & 0o777 == 0o600
    assert first.neo4j_password != first.redis_password
