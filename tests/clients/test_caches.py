"""The caches of docs/api.md, each with its client, over a server that answers by the committed schema."""

import re
import shutil
from pathlib import Path

import pytest
from graphql import build_schema, is_object_type

from tests.clients.pages import ROOT, examples, write_examples
from tests.clients.programs import program
from tests.web.node_packages import installed

HERE = Path(__file__).parent
ROOTS = ("Query", "Mutation", "Subscription", "PageInfo")
FOUND_BY_OTHERS = ("Payload", "Connection")
"""Ends of types that graphcache asks no key of: they belong to the field that has them."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The npm project with the examples of the page and the committed schema."""
    packages = installed(HERE / "caches")
    for file in [*packages.glob("*.mjs"), packages / "package.json", ROOT / "schema.graphql"]:
        shutil.copy(file, tmp_path)
    (tmp_path / "node_modules").symlink_to(packages / "node_modules")
    write_examples("docs/api.md", tmp_path)
    return tmp_path


@pytest.mark.parametrize("client", ["urql", "apollo"])
async def test_a_new_post_is_put_first_once_and_languages_are_lists_of_their_own(project: Path, client: str):
    async with program("node", f"{client}.mjs", folder=project) as running:
        # Nothing else is printed, so neither cache warns.
        assert await running.ended() == [
            "2,1 of 2", "edge: 3,2,1 of 3", "reply: 3,2,1 of 4", "error: 3,2,1 of 4", "edge: 3,2,1 of 3",
            "in Hindi: 1 of 2", "all: 3,2,1 of 2",
        ]  # fmt: skip


def test_every_type_without_an_id_has_a_key_for_graphcache():
    types = build_schema((ROOT / "schema.graphql").read_text("utf-8")).type_map
    nameless = {
        name for name, type_ in types.items()
        if is_object_type(type_) and "id" not in type_.fields and not name.startswith("__") and not name.endswith(FOUND_BY_OTHERS)
        and name not in ROOTS and "LiveEvent" not in [each.name for each in type_.interfaces]
    }  # fmt: skip
    given = dict(re.findall(r"\b([A-Z]\w+): (whole|byCursor)\b", examples("docs/api.md")["graphcache.js"]))
    assert nameless <= given.keys() <= types.keys()
    assert {name for name, key in given.items() if key == "byCursor"} == {name for name in nameless if name.endswith("Edge")}
