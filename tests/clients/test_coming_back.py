"""What the documented clients do after an end: as the table of endings says, whatever the form in which they hear of it."""

import ast
import json
import re
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from error_codes import ErrorCode
from stack.embedded import StackAddresses
from tests.clients.pages import examples
from tests.clients.product import Product
from tests.clients.programs import PATIENCE, program
from tests.clients.proxy import proxy_of
from tests.clients.test_live import NODE, project_of
from tests.worlds.waiting import until
from web.endings import ENDINGS, Advice

AGAIN, ANEW, SIGNED_IN, ENDS = "comes back", "comes back anew", "comes back signed in", "ends"
DOES = {
    Advice.RESUME: AGAIN, Advice.RESUME_LATER: AGAIN, Advice.FETCH_LESS: AGAIN,
    Advice.REFRESH: SIGNED_IN, Advice.SIGN_IN: SIGNED_IN, Advice.MEND: ENDS,
}
PASSES = {ErrorCode.OUTCOME_UNKNOWN, ErrorCode.RATE_LIMITED, ErrorCode.REQUEST_TIMEOUT}
"""Codes of no stream that a log-in or a page may answer, and that pass."""
UNAVAILABLE = b'"UNAVAILABLE"'


async def does_after(problems: list[object], product: Product, folder: Path) -> list[str]:
    """Give what the documented code does after each problem."""
    project = project_of(folder, product.address)
    async with program(*NODE, "ends.mjs", json.dumps(problems), folder=project) as running:
        return await running.ended()


def refused(code: str, **extensions: str) -> list[object]:
    """Give errors as a result has them."""
    return [{"message": "no", "extensions": {"code": code, **extensions}}]


async def test_clients_do_what_the_table_of_endings_says(product: Product, tmp_path: Path) -> None:
    expected: dict[int | ErrorCode, str] = {**dict.fromkeys(ErrorCode, ENDS), **dict.fromkeys(PASSES, AGAIN)}
    for ending in reversed(ENDINGS):  # where two have a code, the first is what a good client meets
        for code in (ending.close_code, ending.error):
            if code is not None:
                expected[code] = DOES[ending.advice]
    problems: list[object] = [{"code": code} if isinstance(code, int) else refused(code) for code in expected]
    done = await does_after(problems, product, tmp_path)
    assert dict(zip(expected, done, strict=True)) == expected


async def test_clients_understand_each_library(product: Product, tmp_path: Path) -> None:
    away, forbidden, ended = (refused(code) for code in ("UNAVAILABLE", "FORBIDDEN", "UNAUTHENTICATED"))
    cases: list[tuple[object, str]] = [
        ({}, AGAIN), (None, AGAIN), ({"code": 1006}, AGAIN), (refused("NEW_CODE"), ENDS),
        (refused("INVALID_INPUT", field="after"), ANEW), (refused("INVALID_INPUT", field="postIds"), ENDS),
        ({"graphQLErrors": away}, AGAIN), ({"graphQLErrors": forbidden}, ENDS), ({"graphQLErrors": ended}, SIGNED_IN),
        ({"graphQLErrors": [], "networkError": {"code": 4403}}, SIGNED_IN), ({"graphQLErrors": []}, AGAIN),
        ({"errors": away}, AGAIN), ({"errors": forbidden}, ENDS), ({"errors": ended}, SIGNED_IN),
        *(({"statusCode": status}, AGAIN) for status in (408, 429, 500, 503)), ({"statusCode": 400}, ENDS),
        *(({"response": {"status": status}}, AGAIN) for status in (408, 429, 500, 503)), ({"response": {"status": 415}}, ENDS),
    ]
    assert await does_after([problem for problem, _ in cases], product, tmp_path) == [does for _, does in cases]


def test_the_python_example_knows_the_same_codes() -> None:
    found = examples("docs/api.md")
    for name in ("MAY_PASS", "TOKEN_REFUSED", "CLIENT_WRONG"):
        lists = [re.search(rf"{name} = ([{{\[].*?[}}\]])", found[each], re.DOTALL) for each in ("come-back.js", "live.py")]
        one, other = (set(ast.literal_eval(each[1])) for each in lists if each)
        assert one == other


async def test_clients_come_back_from_a_server_that_cannot_reach_the_graph(
    product: Product, stack: StackAddresses, tmp_path: Path
) -> None:
    async with AsyncExitStack() as opened:
        graph = await opened.enter_async_context(proxy_of(stack.neo4j_uri.removeprefix("bolt://")))
        address = await product.serve(ROOKERY_NEO4J_URI=f"bolt://{graph.address}")
        opened.push_async_callback(product.stop, address)
        network = await opened.enter_async_context(proxy_of(address))
        project, token = project_of(tmp_path, network.address), await product.log_in()
        commands = [(*NODE, "sse.mjs", token), (*NODE, "counts.js"), (sys.executable, "-u", "live.py")]
        sse, counts, gql = [await opened.enter_async_context(program(*command, folder=project)) for command in commands]
        await counts.until("following")
        for each in (sse, gql):
            await product.write_until_seen(each)
        graph.away, network.carried = True, {UNAVAILABLE: 0}
        graph.cut()
        network.cut()
        await until(lambda: network.carried[UNAVAILABLE] > 0, PATIENCE)
        await gql.until("not available")
        await product.write_post("while the graph was away")
        graph.away = False
        for each in (sse, gql):
            await each.until("while the graph was away")
        await counts.until("likes")  # who comes back is told the counts of now


async def test_clients_whose_token_ends_go_on_with_their_session(product: Product, tmp_path: Path) -> None:
    async def sessions() -> set[str]:
        found = (await product.ask("{ sessions { id deviceName } }", token=token))["sessions"]
        return {each["id"] for each in found if "httpx" not in each["deviceName"]}  # which is what writes the posts

    address, token = await product.serve(ROOKERY_ACCESS_TOKEN_LIFE="2"), await product.log_in()
    async with AsyncExitStack() as opened:
        opened.push_async_callback(product.stop, address)
        project = project_of(tmp_path, address)
        commands = [(*NODE, "home.js"), (sys.executable, "-u", "live.py")]
        following = [await opened.enter_async_context(program(*command, folder=project)) for command in commands]
        for each in following:
            await product.write_until_seen(each)
        before = await sessions()
        assert len(before) >= len(following)
        await following[1].until("coming back")
        await following[1].until("coming back")
        for each in following:
            await product.write_until_seen(each)
        assert await sessions() <= before  # of more than fifty the oldest go
