"""Every stream over every transport: it begins with a cursor, tells what happens, and goes on from what it told last."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx
import pytest

from resolvers.global_ids import encode
from tests.live.clients import HOME, PATIENCE, socket_of
from tests.live.conftest import post_id
from tests.live.test_post_counts import POST_COUNTS, tell
from tests.live.test_threads import THREAD
from tests.live.test_user_posts import USER_POSTS
from tests.web.stream_clients import ACCEPTED, Stream

Next: TypeAlias = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream of something: its document, and what it is opened by; the last function lets something happen to it."""

    document: str
    variables: Callable[[Any, str], dict[str, Any]]
    happens: Callable[[Any, str, str], Awaitable[object]]


async def write(live, _root: str, who: str) -> None:
    await live.town.post("bea", f"while {who} reads")
    await live.town.deliver()


async def answer(live, root: str, who: str) -> None:
    await live.town.post(who, "an answer", reply_to=root)
    await live.town.deliver()


async def like(live, root: str, who: str) -> None:
    await live.town.parts.services.likes.add(live.town.people[who], root)
    await tell(live)


STREAMS = {
    "homeTimeline": Opened(HOME, lambda *_: {}, write),
    "userPosts": Opened(USER_POSTS, lambda town, _: {"user": encode("User", town.people["bea"].id)}, write),
    "thread": Opened(THREAD, lambda _, root: {"post": post_id(root)}, answer),
    "postCounts": Opened(POST_COUNTS, lambda _, root: {"posts": [post_id(root)]}, like),
}


@asynccontextmanager
async def socket_stream(live, document: str, variables: dict[str, Any]) -> AsyncIterator[Next]:
    async with socket_of(live.url, live.token("ada")) as client:
        await client._send({"id": "s", "type": "subscribe", "payload": {"query": document, "variables": variables}})

        async def message() -> Any:
            message: Any = await client._messages.get()
            return message["payload"]["data"]

        yield message


@asynccontextmanager
async def http_stream(live, document: str, variables: dict[str, Any], form: str) -> AsyncIterator[Next]:
    headers = {"accept": ACCEPTED[form], "authorization": f"Bearer {live.token('ada')}"}
    body = {"query": document, "variables": variables}
    async with (
        httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as http,
        http.stream("POST", live.url, json=body, headers=headers) as response,
    ):
        assert response.headers["content-type"].startswith(ACCEPTED[form].partition(";")[0])
        yield Stream(response).next


@pytest.mark.parametrize("transport", ["socket", "events", "multipart"])
@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_begins_tells_and_goes_on(live, name, transport):
    stream = STREAMS[name]
    root = await live.town.post("bea", "root")
    await live.town.deliver()
    variables = stream.variables(live.town, root)

    @asynccontextmanager
    async def opened(**more: Any) -> AsyncIterator[Next]:
        given = {**variables, **more}
        streaming = (
            socket_stream(live, stream.document, given)
            if transport == "socket"
            else http_stream(live, stream.document, given, transport)
        )
        async with streaming as message:

            async def event() -> Any:
                return (await message())[name]

            yield event

    async with opened() as event:
        assert (await event())["__typename"] == "TimelineStarted"
        await stream.happens(live, root, "cid")
        first = await event()
    await stream.happens(live, root, "dov")
    async with opened(after=first["cursor"]) as event:
        assert (await event())["__typename"] == "TimelineStarted"
        second = await event()
    if name == "postCounts":
        assert [each["post"]["likeCount"] for each in (first, second)] == [1, 2]
    else:
        assert first["__typename"] == second["__typename"] == "TimelinePostAdded"
        assert len({root, first["post"]["id"], second["post"]["id"]}) == 3
