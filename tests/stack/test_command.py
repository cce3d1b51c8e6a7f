"""`python -m stack` speaks in one line when something is in the way."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from stack.ports import LOOPBACK


def test_a_taken_port_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        port = str(other.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "stack", "run", str(tmp_path)],
            env={**os.environ, "ROOKERY_STACK_NEO4J_PORT": port, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == f"Another program uses port {port}; stop it, or set ROOKERY_STACK_NEO4J_PORT to another port.\n"


def test_help_names_both_commands() -> None:
    done = subprocess.run([sys.executable, "-m", "stack", "--help"], capture_output=True, text=True, timeout=60, check=True)
    assert "install" in done.stdout
    assert "run" in done.stdout
