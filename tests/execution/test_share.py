import os
import subprocess
import sys
from pathlib import Path

import pytest

from execution.compiler_options import CompilerOptions
from execution.plans import Plans
from tests.execution.share import Share
from tests.execution.share_report import ENOUGH, TOO_SMALL
from tests.execution.toy import schema
from web.execution import core_schema

ROOT = Path(__file__).parents[2]
REPORT = """
from tests.execution.share import Share
from tests.execution.share_report import ShareReport

def pytest_configure(config):
    process = getattr(config, "workerinput", {{}}).get("workerid", "")
    share = Share()
    if process or not config.option.numprocesses:  # the one that only starts others meets nothing
        share.compiled = {{(f"a{{number}}{{process}}", None, (("on", True),)) for number in range({compiled})}}
        share.left = {{(f"b{{number}}{{process}}", None, ()): "odd" for number in range({left})}}
    config.pluginmanager.register(ShareReport(share))
"""


@pytest.fixture
def meet(pair):
    share, plans = Share(), Plans(CompilerOptions(core_schema(schema)), compile_after=1)

    def meet(text, variables=None, name=None):
        share.meet(pair.operation(text, variables, name), plans)
        return share

    return meet


def report(folder, compiled, left, *options):
    """Run tests that pass, in a run of which each process met so many operations with a plan and without."""
    (folder / "conftest.py").write_text(REPORT.format(compiled=compiled, left=left))
    (folder / "test_pass.py").write_text("def test_pass(): pass\ndef test_pass_too(): pass\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "--rootdir", folder, folder],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_has_a_plan_and_what_has_none_are_told_apart(meet):
    meet("{ echo }")
    share = meet("{ people { whispered } }")
    assert [text for text, _, _ in share.compiled] == ["{ echo }"]
    assert [text for text, _, _ in share.left] == ["{ people { whispered } }"]
    assert list(share.left.values()) == ["a field that is not declared: Person.whispered"]
    assert share.compiled_part == 0.5


def test_an_operation_counts_once_for_each_outcome_of_its_choices(meet):
    text = "query($on: Boolean!) { echo pet @include(if: $on) { __typename } }"
    for on in (True, False, True):
        share = meet(text, {"on": on})
    assert share.total == 2


def test_operations_of_a_document_count_each(meet):
    text = "query A { echo } query B { people { whispered } }"
    meet(text, name="A")
    assert meet(text, name="B").compiled_part == 0.5


def test_refused_variables_are_no_operation(meet):
    assert meet("query($on: Boolean!) { echo @skip(if: $on) }", {"on": "x"}).total == 0


def test_a_run_with_too_small_a_share_fails_and_names_what_has_no_plan(tmp_path):
    done = report(tmp_path, compiled=ENOUGH, left=3)
    assert done.returncode == TOO_SMALL, done.stdout
    assert f"{ENOUGH} of {ENOUGH + 3} operations" in done.stdout
    assert "odd: b2" in done.stdout


@pytest.mark.parametrize(("compiled", "left"), [(ENOUGH, 2), (0, ENOUGH - 1)])
def test_a_share_that_is_large_enough_or_of_too_few_operations_fails_no_run(tmp_path, compiled, left):
    done = report(tmp_path, compiled, left)
    assert done.returncode == pytest.ExitCode.OK, done.stdout


def test_the_share_is_that_of_all_processes_together(tmp_path):
    done = report(tmp_path, ENOUGH // 2, 2, "--numprocesses=2")
    assert done.returncode == TOO_SMALL, done.stdout
    assert f"{ENOUGH} of {ENOUGH + 4} operations" in done.stdout
    assert "odd: b1gw0" in done.stdout and "odd: b1gw1" in done.stdout
