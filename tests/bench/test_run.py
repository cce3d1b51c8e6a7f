"""The runner: what it prints, what it writes into the page, and what it says of goals."""

import asyncio
import json
from contextlib import nullcontext

import pytest
from typer.testing import CliRunner

import bench.run
from bench.errors import BenchError
from bench.figures import Figure, at_least, at_most, exactly
from bench.run import OnServers, Standalone
from cli import app


async def met(testbed):
    return [Figure.of_turns("speed", [13.0, 12.345, 11.0], "times", at_least(5)), Figure("people", 81_306, "people")]


async def missed(testbed):
    return [Figure("statements", 1, "statements", exactly(0)), Figure("bytes", 19.5, "bytes", at_most(20))]


FAKES = {"met": OnServers(met), "missed": OnServers(missed)}


@pytest.fixture
def run(bare_testbed):
    async def run(name, **options):
        return await asyncio.to_thread(
            bench.run.run, name, benchmarks=FAKES, open_testbed=lambda *_: nullcontext(bare_testbed), **options
        )

    return run


def printed(capsys):
    """Return the JSON that was printed, without lines that what other tests left running has logged: they begin with the year."""
    lines = capsys.readouterr().out.splitlines()
    return json.loads("\n".join(line for line in lines if not line.startswith("20")))


async def test_a_table_shows_values_units_and_goals(run, capsys):
    assert await run("met")
    shown = capsys.readouterr().out
    assert "12.3 (11 to 13)" in shown and "at least 5 ✓" in shown and "81,306" in shown


async def test_a_missed_goal_is_shown_and_told(run, capsys):
    assert not await run("missed")
    shown = capsys.readouterr().out
    assert "exactly 0 ✗ missed" in shown and "at most 20 ✓" in shown


async def test_json_is_one_object(run, capsys):
    assert await run("met", as_json=True)
    found = printed(capsys)
    assert found["name"] == "met" and "cores" in found["machine"] and "people" in found["machine"]
    assert found["figures"] == [
        {"name": "speed", "value": 12.345, "unit": "times", "goal": "at least 5", "holds": True, "spread": [11.0, 13.0]},
        {"name": "people", "value": 81_306, "unit": "people", "goal": None, "holds": None, "spread": None},
    ]


async def test_all_is_a_list_and_misses_when_one_does(run, capsys):
    assert not await run("all", as_json=True)
    assert [each["name"] for each in printed(capsys)] == ["met", "missed"]


def test_what_needs_no_servers_starts_none(capsys):
    async def counted(place):
        return [Figure("operations", place.run_length.operations, "operations")]

    def open_testbed(*_):
        raise AssertionError("servers were asked for")

    benchmarks = {"counted": Standalone(counted)}
    assert bench.run.run("counted", benchmarks=benchmarks, open_testbed=open_testbed, operations=12, as_json=True)
    found = printed(capsys)
    assert found["figures"][0]["value"] == 12 and "people" not in found["machine"]


async def test_a_name_that_is_not_there_is_refused_before_anything_starts(run):
    with pytest.raises(BenchError, match="no benchmark nonsense; there are met, missed and all"):
        await run("nonsense")


async def test_the_page_is_rewritten_between_its_markers(run, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Speed\n\n<!-- figures: met -->\nold\n<!-- end -->\n\nThe rest.\n")
    for _ in range(2):
        await run("met", page=page)
    text = page.read_text()
    assert "old" not in text and text.count("| speed | 12.3 (11 to 13) | times | at least 5 ✓ |") == 1
    assert text.startswith("# Speed\n\n<!-- figures: met -->\n") and text.endswith("<!-- end -->\n\nThe rest.\n")


async def test_a_page_without_markers_is_left_alone(run, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Speed\n")
    with pytest.raises(BenchError, match="has no markers for met"):
        await run("met", page=page)
    assert page.read_text() == "# Speed\n"


@pytest.mark.parametrize(("holds", "code"), [(True, 0), (False, 3)])
def test_the_command_exits_3_when_a_goal_is_missed(monkeypatch, holds, code):
    asked = []

    def run(name, **options):
        asked.append((name, options["quick"], options["operations"]))
        return holds

    monkeypatch.setattr(bench.run, "run", run)
    assert CliRunner().invoke(app, ["bench", "executor", "--quick", "--operations", "5000"]).exit_code == code
    assert asked == [("executor", True, 5_000)]


def test_the_command_names_every_benchmark():
    told = " ".join(CliRunner(env={"COLUMNS": "400"}).invoke(app, ["bench", "--help"]).output.split())
    assert f"{', '.join(bench.run.BENCHMARKS)} or {bench.run.ALL}." in told
