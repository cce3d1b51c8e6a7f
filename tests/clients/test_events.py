"""The documented clients meet every event of a home timeline, and go on; so does one that has a defect."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.clients.product import POST, Product
from tests.clients.programs import Program, program
from tests.clients.test_live import NODE, following, project_of

NAMES = ["graphql-ws", "urql", "graphql-sse", "Apollo Client", "gql", "defect"]
PAGE = "{ homeTimeline(first: 20) { edges { repost { repostedAt } node { id viewerCanRepost } } } }"
REPOST = "mutation ($input: RepostInput!) { repost(input: $input) { post { id } } }"
UNDO = "mutation ($input: UndoRepostInput!) { undoRepost(input: $input) { postId } }"
EDIT = "mutation ($input: EditPostInput!) { editPost(input: $input) { post { id } } }"
DELETE = "mutation ($input: DeletePostInput!) { deletePost(input: $input) { deletedPostId } }"
READ = "20 posts on the page"


@pytest.fixture
async def clients(product: Product, tmp_path: Path) -> AsyncIterator[Mapping[str, Program]]:
    """All documented clients of the home timeline, and one that cannot show that a repost is gone."""
    project, token = project_of(tmp_path, product.address), await product.log_in()
    async with AsyncExitStack() as stack:
        commands = [*following(token), (*NODE, "defect.mjs")]
        programs = [await stack.enter_async_context(program(*each, folder=project)) for each in commands]
        for each in programs:
            await product.write_until_seen(each)
        yield dict(zip(NAMES, programs, strict=True))


async def test_every_documented_client_goes_on_behind_each_event_of_a_home_timeline(
    product: Product, clients: Mapping[str, Program]
) -> None:
    token = await product.log_in()

    async def change(document: str, **given: str) -> str:
        (payload,) = (await product.ask(document, {"input": given}, token=token)).values()
        return str(payload["post"]["id"] if "post" in payload else "")

    async def all_print(text: str) -> None:
        await asyncio.gather(*(each.until(text) for each in clients.values()))

    edges = (await product.ask(PAGE, token=token))["homeTimeline"]["edges"]
    other = next(each["node"]["id"] for each in edges[1:] if each["node"]["viewerCanRepost"] and not each["repost"])
    own = await change(POST, text="added")
    await all_print(": added")
    await change(EDIT, postId=own, text="changed")
    await change(DELETE, postId=own)
    await change(REPOST, postId=other)
    await all_print("@mira reposted")
    before = {name: len(each.lines) for name, each in clients.items()}
    await change(UNDO, postId=other)
    await clients["defect"].until("TimelineStarted")  # behind what it cannot show, it reads the page
    await change(POST, text="behind all of it")
    await all_print(": behind all of it")

    after = {name: each.lines[before[name] : -1] for name, each in clients.items()}
    assert after["graphql-ws"] == [READ]  # to see where the post stands now
    assert after["gql"] == [f"no longer reposted: {other}"]
    assert {name: after[name] for name in ("urql", "graphql-sse", "Apollo Client")} == {
        "urql": [], "graphql-sse": [], "Apollo Client": [],
    }  # fmt: skip
    assert [line for line in after["defect"] if "a defect" in line] == ["TypeError: a defect"] * 3
    assert f"gone: {own}" in clients["gql"].lines
