"""The printed schema, and the check that keeps clients from being broken by accident."""

from pathlib import Path

import pytest
from graphql import build_schema as parse_schema
from graphql import find_breaking_changes

from commands import printing
from commands.printing import SchemaDiffers, check_schema, schema_text

ROOT = Path(__file__).parents[2]


@pytest.fixture
def committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a checkout whose schema is as it was released, and in which the code prints `tmp_path / printed`."""
    path = tmp_path / "schema.graphql"
    for name in ("schema.graphql", "schema.released.graphql"):
        (tmp_path / name).write_text("type Query { me: String you: String }\n")
    monkeypatch.setattr(printing, "schema_text", path.read_text)
    return path


def test_the_committed_schema_is_what_the_code_prints():
    assert (ROOT / "schema.graphql").read_text() == schema_text()


def test_nothing_breaks_clients_of_the_last_release():
    released = parse_schema((ROOT / "schema.released.graphql").read_text())
    meant = (ROOT / "schema.breaking").read_text().splitlines() if (ROOT / "schema.breaking").exists() else []
    changes = find_breaking_changes(released, parse_schema(schema_text()))
    assert [change.description for change in changes if change.description not in meant] == []


def test_a_schema_as_released_passes(committed):
    check_schema(committed)


def test_an_addition_passes(committed):
    committed.write_text("type Query { me: String you: String them: String }\n")
    check_schema(committed)


def test_a_schema_that_the_code_does_not_print_is_refused(committed, monkeypatch):
    monkeypatch.setattr(printing, "schema_text", lambda: "type Query { me: String you: String them: String }\n")
    with pytest.raises(SchemaDiffers, match="make schema"):
        check_schema(committed)


def test_a_change_that_breaks_clients_is_refused_and_named(committed):
    committed.write_text("type Query { me: String }\n")
    with pytest.raises(SchemaDiffers, match=r"Query\.you"):
        check_schema(committed)


def test_printing_the_schema_anew_does_not_allow_what_breaks_clients(committed):
    committed.write_text("type Query { me: String you(who: ID!): String }\n")
    with pytest.raises(SchemaDiffers, match="who"):
        check_schema(committed)


def test_a_breaking_change_that_is_meant_passes(committed):
    committed.write_text("type Query { me: String }\n")
    with pytest.raises(SchemaDiffers) as refused:
        check_schema(committed)
    named = str(refused.value).splitlines()[1].strip()
    committed.with_name("schema.breaking").write_text(f"{named}\n")
    check_schema(committed)


def test_one_that_is_meant_does_not_excuse_another(committed):
    committed.write_text("type Query { me: Int }\n")
    with pytest.raises(SchemaDiffers) as refused:
        check_schema(committed)
    _, first, second, _ = str(refused.value).splitlines()
    committed.with_name("schema.breaking").write_text(f"{first.strip()}\n")
    with pytest.raises(SchemaDiffers) as again:
        check_schema(committed)
    assert second in str(again.value)
    assert first not in str(again.value)
