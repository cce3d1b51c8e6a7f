"""Sessions of browsers: tokens in cookies that no script reads, and no page of somebody else acts by them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import websockets

from tests.api.product import PASSWORD, POST, Product
from tests.api.test_failures import without
from tests.api.test_sessions import ENDED, LOG_IN, LOG_OUT, ME, REFRESH

ABOUT_SESSION = {"x-rookery-session": "cookie"}
PROTOCOLS = [websockets.Subprotocol("graphql-transport-ws")]


class Browser:
    """Keeps cookies and says where its requests come from, as browsers do."""

    def __init__(self, product: Product, http: httpx.AsyncClient) -> None:
        self.url, self.http = f"{product.served.url}/graphql", http
        self.origin = product.served.url

    async def send(self, document: str, headers: dict[str, str] | None = None, /, **variables: Any) -> httpx.Response:
        """Send an operation as a page of the server's own origin."""
        given = {"origin": self.origin, "sec-fetch-site": "same-origin", **(headers or {})}
        return await self.http.post(self.url, json={"query": document, "variables": variables}, headers=given)

    async def about_session(self, document: str, **variables: Any) -> httpx.Response:
        """Send what begins, renews or ends the session."""
        return await self.send(document, ABOUT_SESSION, **variables)

    async def viewer(self) -> Any:
        """Return who is signed in, or the extensions of the error."""
        answer = (await self.send(ME)).json()
        return answer["errors"][0]["extensions"] if "errors" in answer else answer["data"]["viewer"]


@pytest.fixture
async def browser(product: Product) -> AsyncIterator[Browser]:
    """A browser in which Mira is signed in."""
    await product.sign_up("mira")
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        browser = Browser(product, http)
        answer = await browser.about_session(LOG_IN, input={"login": "mira", "password": PASSWORD})
        session = answer.json()["data"]["logIn"]["session"]
        assert (session["accessToken"], session["refreshToken"]) == (None, None)
        assert session["expiresAt"] < session["refreshExpiresAt"]
        yield browser


async def test_a_browser_is_signed_in_by_cookies_goes_on_and_logs_out(browser):
    assert set(browser.http.cookies) == {"rookery-access", "rookery-refresh", "rookery-device"}
    assert await browser.viewer() == {"username": "mira"}
    before = dict(browser.http.cookies)
    assert (await browser.about_session(REFRESH, input={})).json()["data"]["refreshSession"]["session"]["accessToken"] is None
    assert all(before[name] != browser.http.cookies[name] for name in ("rookery-access", "rookery-refresh"))
    assert await browser.viewer() == {"username": "mira"}
    assert (await browser.about_session(LOG_OUT, input={})).json()["data"]["logOut"]["endedSessionId"]
    assert set(browser.http.cookies) == {"rookery-device"}
    assert await browser.viewer() is None
    browser.http.cookies.update(before)
    assert await browser.viewer() == ENDED


async def test_cookies_are_http_only_and_lax(browser):
    answer = await browser.about_session(LOG_IN, input={"login": "mira", "password": PASSWORD})
    lines = answer.headers.get_list("set-cookie")
    assert len(lines) == 3
    assert all("; Path=/; HttpOnly; SameSite=Lax; Max-Age=" in line for line in lines)
    assert "rookery_rt_" not in answer.text


async def test_an_ended_session_prevents_no_log_in_and_its_cookies_go(browser, product):
    await product.served.parts.accounts.sessions.end_all(await product.cypher("MATCH (u:User) RETURN u.key"))
    assert await browser.viewer() == ENDED
    refused = await browser.about_session(REFRESH, input={})
    assert refused.json()["errors"][0]["extensions"] == ENDED
    assert set(browser.http.cookies) == {"rookery-device"}
    await browser.about_session(LOG_IN, input={"login": "mira", "password": PASSWORD})
    assert await browser.viewer() == {"username": "mira"}


async def test_a_browser_that_logs_in_again_leaves_no_session_behind(browser, product):
    key = await product.cypher("MATCH (u:User) RETURN u.key")
    before = browser.http.cookies["rookery-access"]
    await browser.about_session(LOG_IN, input={"login": "mira", "password": PASSWORD})
    assert await browser.viewer() == {"username": "mira"}
    assert len(await product.served.parts.accounts.sessions.store.all(key)) == 2  # and that of the sign-up
    answer = await product.served.http.post(browser.url, json={"query": ME}, headers={"authorization": f"Bearer {before}"})
    assert answer.json()["errors"][0]["extensions"] == ENDED


async def test_a_cookie_that_is_no_token_prevents_no_log_in(browser):
    browser.http.cookies.set("rookery-refresh", "nonsense", "127.0.0.1")
    await browser.about_session(LOG_IN, input={"login": "mira", "password": PASSWORD})
    assert await browser.viewer() == {"username": "mira"}


async def test_logging_out_takes_the_cookies_of_a_session_that_nobody_can_end(browser, product, servers):
    browser.http.cookies.set("rookery-refresh", "rookery_rt_of_another_secret", "127.0.0.1")
    refused = await browser.about_session(LOG_OUT, input={})
    assert refused.json()["errors"][0]["extensions"] == ENDED
    assert set(browser.http.cookies) == {"rookery-device"}
    await browser.about_session(LOG_IN, input={"login": "mira", "password": PASSWORD})
    async with without(servers.redis.kill, servers.redis.start):
        failed = await browser.about_session(LOG_OUT, input={})
        assert failed.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
        assert set(browser.http.cookies) == {"rookery-device"}
    await product.settle_when_redis_is_back()


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_a_page_of_somebody_else_does_nothing_by_the_cookies(browser, product, origin):
    elsewhere = {"origin": origin, "sec-fetch-site": "cross-site"}
    for document, headers, given in (
        (ME, elsewhere, {}),
        (POST, elsewhere, {"input": {"text": "Hello."}}),
        (REFRESH, elsewhere | ABOUT_SESSION, {"input": {}}),
        (LOG_OUT, elsewhere | ABOUT_SESSION, {"input": {}}),
    ):
        answer = await browser.send(document, headers, **given)
        assert answer.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}, document
        assert "set-cookie" not in answer.headers
    form = {"content-type": "text/plain", "origin": origin, "sec-fetch-site": "cross-site"}
    assert (await browser.http.post(browser.url, content='{"query": "{ viewer { id } }"}', headers=form)).status_code == 415
    linked = {"sec-fetch-site": "cross-site", "accept": "application/json"}
    assert (await browser.http.get(browser.url, params={"query": ME}, headers=linked)).status_code == 403
    assert await product.cypher("MATCH (p:Post) RETURN count(p)") == 0
    assert await browser.viewer() == {"username": "mira"}


async def test_a_socket_is_signed_in_by_the_cookies_of_a_page_of_ours_alone(browser):
    address = browser.url.replace("http", "ws")
    cookie = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
    for origin, accepted in ((browser.origin, True), ("https://evil.example", False)):
        connecting = websockets.connect(
            address, subprotocols=PROTOCOLS, proxy=None, origin=websockets.Origin(origin), additional_headers={"cookie": cookie}
        )
        if not accepted:
            with pytest.raises(websockets.InvalidStatus) as refused:
                await connecting
            assert refused.value.response.status_code == 403
            continue
        async with connecting as socket:
            await socket.send('{"type": "connection_init"}')
            assert '"connection_ack"' in str(await socket.recv())
            await socket.send('{"id": "1", "type": "subscribe", "payload": {"query": "{ viewer { username } }"}}')
            assert '"mira"' in str(await socket.recv())


async def test_a_stream_gives_no_cookies_and_starts_no_session(browser, product):
    headers = {**ABOUT_SESSION, "accept": "text/event-stream"}
    answer = await browser.send(LOG_IN, headers, input={"login": "mira", "password": PASSWORD})
    assert '"FORBIDDEN"' in answer.text
    assert "set-cookie" not in answer.headers
    key = await product.cypher("MATCH (u:User) RETURN u.key")
    assert len(await product.served.parts.accounts.sessions.store.all(key)) == 2


async def test_without_the_header_a_refresh_needs_its_token(browser):
    answer = await browser.send(REFRESH, input={})
    assert answer.json()["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "refreshToken"}


async def test_a_page_that_misspells_the_header_is_told_and_given_no_tokens(browser):
    given = {"login": "mira", "password": PASSWORD}
    answer = await browser.send(LOG_IN, {"x-rookery-session": "Cookie"}, input=given)
    assert answer.json()["data"]["logIn"]["session"]["accessToken"] is None
    answer = await browser.send(LOG_IN, {"x-rookery-session": "cookies"}, input=given)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
