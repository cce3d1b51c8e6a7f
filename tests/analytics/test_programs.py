"""What the programs load: tables and algorithms cost a second and much memory, and are left to processes of their own."""

import subprocess
import sys

from tests.worlds.processes import ROOT


def test_neither_the_command_nor_the_web_process_nor_the_worker_loads_engines():
    code = "import sys, app, worker, cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert {"app", "worker", "cli"} <= loaded
    assert loaded.isdisjoint({"polars", "duckdb", "rustworkx", "matplotlib", "prompt_toolkit"})
