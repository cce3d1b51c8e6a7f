"""Generators of typed clients accept the committed schema, and what they make is right TypeScript."""

import json
import shutil
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from tests.clients.pages import ROOT, write_examples
from tests.clients.programs import program
from tests.docs.compiled import share_of
from tests.web.node_packages import installed
from web.trusted import load_trusted_documents

HERE = Path(__file__).parent
CODEGEN, TSC, RELAY = "@graphql-codegen/cli/cjs/bin.js", "typescript/bin/tsc", "relay-compiler/cli.js"
STRICT = {
    "strict": True,
    "noEmit": True,
    "skipLibCheck": True,
    "module": "esnext",
    "moduleResolution": "bundler",
    "target": "es2022",
    "lib": ["es2022", "dom"],
    "types": [],
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The npm project with the examples of the page and the committed schema."""
    packages = installed(HERE / "typed")
    shutil.copy(packages / "package.json", tmp_path)
    shutil.copy(ROOT / "schema.graphql", tmp_path)
    (tmp_path / "node_modules").symlink_to(packages / "node_modules")
    write_examples("docs/api.md", tmp_path)
    return tmp_path


async def run(project: Path, tool: str, *arguments: str) -> str:
    async with program("node", f"node_modules/{tool}", *arguments, folder=project) as running:
        return "\n".join(await running.ended())


async def test_graphql_codegen_makes_types_that_fit_the_documented_code(project: Path) -> None:
    await run(project, CODEGEN, "--config", "codegen.ts")
    made = (project / "src" / "gql" / "graphql.ts").read_text("utf-8")
    posts, others = ("PostAdded", "PostChanged", "PostRemoved"), ("RepostRemoved", "Resync", "Started")
    assert f"export type HomeTimelineEvent = {' | '.join(f'Timeline{each}' for each in (*posts, *others))}" in made
    (project / "tsconfig.json").write_text(json.dumps({"compilerOptions": STRICT, "include": ["src"]}), "utf-8")
    await run(project, TSC, "--project", ".")


async def test_relays_compiler_accepts_the_schema_and_its_manifest_is_trusted(project: Path) -> None:
    (project / "documents.json").write_text("{}", "utf-8")
    told = await run(project, RELAY, "relay.config.json")
    assert "error" not in told.lower()
    documents = load_trusted_documents(project / "documents.json").texts
    schema = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
    assert len(documents) == 3
    assert [validate(schema, parse(text)) for text in documents.values()] == [[], [], []]
    assert [share_of(text).left for text in documents.values()] == [{}, {}, {}]
