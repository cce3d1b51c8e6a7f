"""A browser that goes to the provider and back, and a page that exchanges the code."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.api.product import Answer, Person, Product
from tests.providers.provider import who

LOG_IN = """mutation ($input: LogInWithProviderInput!) { logInWithProvider(input: $input) {
  session { accessToken viewer { id username displayName } }
  secondFactor { challenge methods }
  signUp { token suggestedUsername displayName email emailVerified } } }"""
SIGN_UP = """mutation ($input: SignUpWithProviderInput!) { signUpWithProvider(input: $input) {
  session { accessToken viewer { id username displayName } } } }"""
BEGIN_LINK = "mutation ($input: BeginProviderLinkInput!) { beginProviderLink(input: $input) { linkToken } }"
LINK = "mutation ($input: LinkProviderInput!) { linkProvider(input: $input) { linkedProviders { name lastUsedAt } } }"
UNLINK = "mutation ($input: UnlinkProviderInput!) { unlinkProvider(input: $input) { linkedProviders { name } } }"
LINKED = "{ linkedProviders { name linkedAt lastUsedAt } }"
REAUTHENTICATE = """mutation ($input: ReauthenticateWithProviderInput!) {
  reauthenticateWithProvider(input: $input) { recentUntil } }"""
ACCOUNT = "{ account { email emailVerified } }"
HOPS = 20
"""Redirects to the provider and back."""


def challenge_of(verifier: str) -> str:
    """Return what a page sends of its verifier when it begins."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Way:
    """What a way to the provider ended with, and the verifier of its page."""

    said: dict[str, str]
    verifier: str

    @property
    def exchange(self) -> dict[str, str]:
        """Return what the page sends on."""
        return {"code": self.said["code"], "verifier": self.verifier}


class Browser:
    """Keeps cookies, for the provider and for us."""

    def __init__(self, product: Product, http: httpx.AsyncClient) -> None:
        self.product, self.http = product, http
        self.url = product.served.url
        self.page = f"{self.url}/signed-in?from=start"

    def is_somebody(self, sub: str, **claims: Any) -> None:
        """Let the provider take this browser for somebody, whom it does not know yet."""
        self.http.cookies.clear()
        self.http.cookies.set("who", who(sub, **claims), "127.0.0.1")

    async def go(self, **more: str) -> Way:
        """Go to the provider and back to the page."""
        verifier = token_urlsafe(48)
        given = {"return_to": self.page, "code_challenge": challenge_of(verifier), **more}
        answer = await self.http.get(f"{self.url}/auth/example", params=given)
        return Way(await self.followed(answer), verifier)

    async def followed(self, answer: httpx.Response) -> dict[str, str]:
        """Follow redirects until one leads to the page, and return what its fragment says."""
        for _ in range(HOPS):
            assert answer.is_redirect, (answer.status_code, answer.text[:300])
            target = str(answer.request.url.join(answer.headers["location"]))
            if target.startswith(self.page):
                return {name: values[0] for name, values in parse_qs(urlsplit(target).fragment).items()}
            answer = await self.http.get(target)
        raise AssertionError("no end of redirects")

    async def callback(self, **more: str) -> str:
        """Go to the provider, and return the address of the way back without going there."""
        given = {"return_to": self.page, "code_challenge": challenge_of("v" * 43), **more}
        answer = await self.http.get(f"{self.url}/auth/example", params=given)
        for _ in range(HOPS):
            target = str(answer.request.url.join(answer.headers["location"]))
            if target.startswith(f"{self.url}/auth/example/callback"):
                return target
            answer = await self.http.get(target)
        raise AssertionError("no end of redirects")

    async def log_in(self, **more: Any) -> Answer:
        """Go to the provider and back, and exchange the code."""
        way = await self.go()
        return await self.product.ask(LOG_IN, input={**way.exchange, **more})

    async def sign_up(self, username: str, **more: Any) -> Person:
        """Go to the provider and back, and make an account."""
        answer = await self.product.run(SIGN_UP, input={**await self.to_sign_up(), "username": username, **more})
        return person_of(answer["signUpWithProvider"])

    async def to_sign_up(self) -> dict[str, str]:
        """Go to the provider and back, and return what makes an account, with a username."""
        way = await self.go()
        payload = (await self.product.run(LOG_IN, input=way.exchange))["logInWithProvider"]
        return {"token": payload["signUp"]["token"], "verifier": way.verifier}


def person_of(payload: Any) -> Person:
    """Return who is signed in."""
    session = payload["session"]
    return Person(session["viewer"]["id"], session["viewer"]["username"], session["accessToken"])
