"""The layer around everything, and the short way to GraphQL."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Scope

from tests.web.conftest import Served
from tests.web.toy import Toy, opener, schema
from web.headers import headers_of
from web.routes import WebOptions, mount


async def test_a_path_that_ends_with_a_slash_leads_to_graphql(served: Served) -> None:
    answer = await served.http.post(f"{served.url}/", json={"query": "{ hello }"}, follow_redirects=True)
    assert answer.json() == {"data": {"hello": "hello world"}}
    assert answer.url.path == "/graphql"


async def test_routes_besides_the_surface_are_served_with_its_headers() -> None:
    async def page(_request: Request) -> Response:
        return Response("own", headers={"content-security-policy": "default-src 'self'"})

    application = mount(schema, opener(Toy()), WebOptions()).application(Route("/page", page))
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope: Scope = {"type": "http", "method": "GET", "path": "/page", "query_string": b"", "headers": []}
    await application(scope, receive, send)
    headers = sent[0]["headers"]
    assert (b"x-content-type-options", b"nosniff") in headers
    assert [value for name, value in headers if name == b"content-security-policy"] == [b"default-src 'self'"]
    assert sent[1]["body"] == b"own"


def test_of_headers_that_came_twice_the_first_counts() -> None:
    found = headers_of({"headers": [(b"accept", b"a/b"), (b"x", b"\xe9"), (b"accept", b"c/d")]})
    assert found == {b"accept": b"a/b", b"x": b"\xe9"}
