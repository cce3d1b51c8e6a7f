"""What a shell makes of what is written: where queries end, what completes a word, and how answers look."""

import io
import json
import re
import stat

import polars as pl
import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from rich.console import Console

from commands.cypher_shell.client import CypherClient, Result
from commands.cypher_shell.completer import CypherCompleter
from commands.cypher_shell.export import export
from commands.cypher_shell.formats import AnswerFormat
from commands.cypher_shell.printing import as_csv, as_json, as_table, as_text
from commands.cypher_shell.refused import Refused
from commands.cypher_shell.shell import Shell, own_file
from commands.cypher_shell.statements import is_whole, split
from commands.visible import visible

NODE = {"$type": "node", "id": "4:x:1", "labels": ["Person"], "properties": {"id": "u1"}}
EDGE = {"$type": "relationship", "id": "5:x:1", "type": "LIKED", "start": "4:x:1", "end": "4:x:2", "properties": {}}
RESULT = Result(["a", "b"], [[1, NODE], [None, "x,\ny"]], None, 0.1, "2026-11", "2026-11-05T08:00:00.123Z")


@pytest.mark.parametrize(
    ("text", "queries", "rest"),
    [
        ("RETURN 1", [], "RETURN 1"),
        ("RETURN 1;", ["RETURN 1"], ""),
        ("RETURN 1; RETURN\n2;", ["RETURN 1", "RETURN\n2"], ""),
        ("RETURN ';' // ; \n;x", ["RETURN ';' // ; \n"[:-1].strip()], "x"),
        ('RETURN "\\";" AS `a;b`; /* ; */ RETURN 2', ['RETURN "\\";" AS `a;b`'], "/* ; */ RETURN 2"),
        ("RETURN 'open;", [], "RETURN 'open;"),
        (";;", [], ""),
        ("/* open ;", [], "/* open ;"),
    ],
)
def test_a_query_ends_with_a_semicolon_that_is_one(text, queries, rest):
    assert split(text) == (queries, rest)
    assert is_whole(text) == (not rest)


def test_a_command_is_whole_as_it_is():
    assert is_whole(":param x => 1") and is_whole("") and not is_whole("RETURN 1")


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ("MATCH (p:Pe", {"Person"}),
        ("MATCH (p:", {"Person", "Post", "Hashtag", "Copy"}),
        ("MATCH (a)-[:FOL", {"FOLLOWS"}),
        ("MATCH (a)-[r:LIKED|RE", {"REPLIES_TO", "REPOSTED"}),
        ("MATCH (p:Person) RETURN p.ver", {"verified"}),
        ("MATCH (p:Person) RETURN p.", {"id", "joined", "verified", "hasBio", "hasPicture"}),
        ("MATCH (h:Hashtag {n", {"name"}),
        ("RETURN q.joi", {"joined"}),
        ("RETURN $na", {"name"}),
        ("OPT", {"OPTIONAL MATCH"}),
        (":exp", {":export"}),
        ("", set()),
    ],
)
def test_a_word_is_completed_by_the_model(before, offered):
    completer = CypherCompleter({"name": "owl", "other": 1})
    assert {each.text for each in completer.get_completions(Document(before), CompleteEvent())} == offered


def test_values_are_shown_as_cypher_writes_them():
    path = {"$type": "path", "nodes": [NODE, NODE], "relationships": [EDGE]}
    assert as_text(path) == '(:Person {"id":"u1"})[:LIKED](:Person {"id":"u1"})'
    assert [as_text(each) for each in (None, True, [1, "x"], 2.5)] == ["", "true", '[1,"x"]', "2.5"]
    assert as_csv(RESULT) == 'a,b\n1,"(:Person {""id"":""u1""})"\n,"x,\ny"\n'
    assert json.loads(as_json(RESULT)) == [{"a": 1, "b": NODE}, {"a": None, "b": "x,\ny"}]


def test_a_terminal_obeys_nothing_that_others_wrote():
    hostile = "\x1b[2J\x9b1A\u202eowl\x07\r\x7f\u2028"
    assert visible(hostile) == r"\x1b[2J\x9b1A\u202eowl\x07\x0d\x7f\u2028" and visible("a\tb\nläuft 🦉") == "a\tb\nläuft 🦉"
    node = {"$type": "node", "labels": [hostile], "properties": {"a": hostile}}
    result = Result([hostile], [[hostile], [node]], None, 0, "", "")
    seen, piped = io.StringIO(), io.StringIO()
    console = Console(force_terminal=True, no_color=True, width=200, file=seen)
    console.print(as_table(result))
    shell = Shell(CypherClient("http://127.0.0.1:1", "x"), console, console, AnswerFormat.CSV)
    shell._show(result, 0.1)
    printed = re.sub(r"\x1b\[[0-9;]*m", "", seen.getvalue())  # rich's own bold letters
    assert "owl" in printed and not set(printed) & set(hostile) - set("[2J1Aowl")
    Shell(CypherClient("http://127.0.0.1:1", "x"), Console(file=piped), console, AnswerFormat.CSV)._show(result, 0.1)
    assert piped.getvalue() == as_csv(result)


def test_an_answer_is_written_as_the_name_of_the_file_says(tmp_path):
    for kind in ("csv", "json", "parquet"):
        export(RESULT, tmp_path / f"x.{kind}")
    assert (tmp_path / "x.csv").read_text() == as_csv(RESULT)
    assert json.loads((tmp_path / "x.json").read_text())[0]["b"] == NODE
    assert pl.read_parquet(tmp_path / "x.parquet").rows() == [(1, '(:Person {"id":"u1"})'), (None, "x,\ny")]
    with pytest.raises(Refused, match=r"\.parquet"):
        export(RESULT, tmp_path / "x.xls")


def test_commands_of_the_shell_say_what_is_wrong_and_go_on(tmp_path, capsys):
    shell = Shell(CypherClient("http://127.0.0.1:1", "x"), Console(), Console(width=200))
    for line in (':param x => [1, {"a": null}]', ":param y 5", ":params", ":seconds 7", ":help", ":schema"):
        assert shell.command(line)
    assert shell.parameters == {"x": [1, {"a": None}], "y": 5} and shell.seconds == 7
    told = capsys.readouterr().out
    assert 'x => [1, {"a": null}]' in told and ":export" in told and "(:Person)-[:FOLLOWS {at}]->(:Person)" in told
    for line in (":param", ":param x => {", ":seconds soon", ":export x.csv", ":nothing", ":export"):
        assert shell.command(line)
    assert len(capsys.readouterr().out.strip().splitlines()) == 6
    shell.last = RESULT
    assert shell.command(f":export {tmp_path}/missing/x.csv") and shell.command(f":export {tmp_path}/x.csv")
    assert (tmp_path / "x.csv").exists()
    assert not shell.command(":quit")


def test_a_server_that_is_away_is_told(capsys):
    shell = Shell(CypherClient("http://127.0.0.1:1/graphql", "x"), Console(), Console(width=200))
    assert not shell.run("RETURN 1; RETURN 2")
    assert capsys.readouterr().out.count("cannot be reached") == 1


def test_the_history_is_its_owners_alone(tmp_path):
    path = own_file(tmp_path / "state" / "history")
    path.write_text("x")
    path.chmod(0o644)
    assert own_file(path).read_text() == "x"
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
