"""The caches of docs/api.md, each with its client, over a server that answers by the committed schema."""

import shutil
from pathlib import Path

import pytest

from tests.clients.pages import ROOT, write_examples
from tests.clients.programs import program
from tests.web.node_packages import installed

HERE = Path(__file__).parent


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
async def test_a_new_post_is_put_first_once_and_neither_a_null_edge_nor_an_error_disturbs(project: Path, client: str):
    async with program("node", f"{client}.mjs", folder=project) as running:
        # Nothing else is printed, so neither cache warns.
        assert await running.ended() == [
            "2,1 of 2", "edge: 3,2,1 of 3", "reply: 3,2,1 of 4", "error: 3,2,1 of 4", "edge: 3,2,1 of 3",
        ]  # fmt: skip
