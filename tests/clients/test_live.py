"""The JavaScript of docs/api.md against the running product."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.clients.pages import write_examples
from tests.clients.product import Product
from tests.clients.programs import program
from tests.web.node_packages import installed

HERE = Path(__file__).parent
NODE = ("node", "--import", "./node.mjs")


@pytest.fixture
def project(product: Product, tmp_path: Path) -> Path:
    """The examples against the first server."""
    return project_of(tmp_path, product.address)


def project_of(folder: Path, address: str) -> Path:
    """Make an npm project with the examples of the page beside its own programs; `address` is the server that they ask."""
    packages = installed(HERE / "live")
    for file in [*packages.glob("*.mjs"), packages / "package.json"]:
        shutil.copy(file, folder)
    (folder / "node_modules").symlink_to(packages / "node_modules")
    write_examples("docs/api.md", folder, address=address)
    return folder


def following(token: str) -> list[tuple[str, ...]]:
    """Give the commands of all documented clients of the home timeline: graphql-ws, urql, graphql-sse, Apollo Client, gql."""
    return [
        (*NODE, "home.js"), (*NODE, "urql.mjs"), (*NODE, "sse.mjs", token), (*NODE, "apollo.mjs", token),
        (sys.executable, "-u", "live.py"),
    ]  # fmt: skip


async def test_urql_and_graphql_ws_show_the_timeline_and_miss_nothing_while_the_server_is_away(
    product: Product, project: Path
) -> None:
    async with program("node", "--import", "./node.mjs", "home.js", folder=project) as home:
        await home.until("20 posts on the page")
        await product.write_post("first, over the socket")
        assert await home.until("first, over the socket") == "@mira: first, over the socket"
        await product.stop(product.address)
        await product.write_post("second, while it was away", product.other)
        await product.serve(product.address)
        await home.until("second, while it was away")
        await product.write_post("third, after its return")
        await home.until("third, after its return")
        assert len([line for line in home.lines if line.startswith("@mira: ")]) == 3


async def test_counts_of_posts_are_shown_as_they_change(product: Product, project: Path) -> None:
    token = await product.log_in()
    first = "{ homeTimeline(first: 1) { edges { node { id likeCount } } } }"
    (edge,) = (await product.ask(first, token=token))["homeTimeline"]["edges"]
    change = "mutation ($input: %s!) { %s(input: $input) { __typename } }"
    async with program("node", "--import", "./node.mjs", "counts.js", folder=project) as counts:
        assert await counts.until("following") == "following 20 posts"
        await product.ask(change % ("UnlikePostInput", "unlikePost"), {"input": {"postId": edge["node"]["id"]}}, token=token)
        before = (await product.ask(first, token=token))["homeTimeline"]["edges"][0]["node"]["likeCount"]
        await product.ask(change % ("LikePostInput", "likePost"), {"input": {"postId": edge["node"]["id"]}}, token=token)
        assert await counts.until(f"{edge['node']['id']}: {before + 1} likes")


async def test_graphql_sse_prints_posts_and_comes_back(product: Product, project: Path) -> None:
    token = await product.log_in()
    async with program("node", "sse.mjs", token, folder=project) as printing:
        await product.write_until_seen(printing)
        await product.stop(product.address)
        await product.write_post("over another server", product.other)
        await product.serve(product.address)
        await printing.until("over another server")


async def test_a_picture_is_uploaded_shown_and_a_false_one_refused(product: Product, project: Path) -> None:
    Image.new("RGB", (900, 700), "red").save(project / "red.png")
    async with program("node", "--import", "./node.mjs", "upload.mjs", "red.png", folder=project) as uploading:
        seen, refused = await uploading.ended()
    told = json.loads(seen)
    assert told["picture"]["state"] == "READY"
    assert told["post"]["media"][0]["alt"] == "A red square"
    assert (told["status"], told["type"]) == (200, "image/webp")
    assert refused == "The picture was refused: NOT_A_PICTURE"
