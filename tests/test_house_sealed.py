"""Whatever is sealed in the graph is sealed anew by `rookery rotate-keys`."""

import re
from pathlib import Path

import pytest

from graph.queries import Catalogue
from services.key_rotation.sealed_properties import SEALED

CYPHER = Path(__file__).parent.parent / "cypher"
LABELLED = re.compile(r"\((\w*):(\w+)\s*(?:\{([^}]*)\})?")
WRITTEN = re.compile(r"\b(\w+)\.(\w*Sealed)\s*=[^=]")
IN_MAP = re.compile(r"\b(\w*Sealed):")
STATEMENTS = Catalogue()


def sealed_in(text: str) -> set[str]:
    """Return the sealed properties that a statement writes, with the labels of their nodes."""
    labels: dict[str, str] = {}
    found = set()
    for name, label, properties in LABELLED.findall(text):
        labels[name] = label
        found |= {f"{label}.{each}" for each in IN_MAP.findall(properties)}
    return found | {f"{labels.get(name, name)}.{written}" for name, written in WRITTEN.findall(text)}


def test_every_sealed_property_of_a_statement_is_in_the_list():
    assert set().union(*map(sealed_in, (each.text for each in STATEMENTS.values()))) == {each.name for each in SEALED}


def test_no_sealed_property_comes_by_a_map():
    """A node is written by the map of its properties in places; sealed ones are named, or the test above could not see them."""
    sources = [path.read_text("utf-8") for path in (CYPHER.parent / "services").rglob("*.py")]
    assert not [each for text in sources for each in re.findall(r"\"\w+Sealed\":", text)]


@pytest.mark.parametrize("of", SEALED, ids=lambda of: of.name)
def test_each_is_read_and_written_by_its_statements(of):
    label, _, name = of.name.partition(".")
    for statement in (STATEMENTS[of.page], STATEMENTS[of.reseal]):
        assert f":{label})" in statement.text or f":{label} {{" in statement.text
        assert f".{name}" in statement.text
    assert (".emailHash = row[3]" in STATEMENTS[of.reseal].text) == of.is_address
