"""The product as a client uses it: an address, people with tokens, and documents. The rest reads the stores behind it."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from bench.round_trips import RoundTrips
from graph.driver import Graph
from keyspace.keys import SESSIONS
from keyspace.scanning import scanned
from parts import Parts
from services.media.processor import MediaProcessor
from tests.worlds.delivery import handle, waiting
from tests.worlds.waiting import answers
from worker import consumers_of

PASSWORD = "a long enough passphrase"
SIGN_UP = """
mutation SignUp($input: SignUpInput!) { signUp(input: $input) { session { accessToken viewer { id username } } } }
"""
LOG_IN = "mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken viewer { id username } } } }"
CHANGE_PASSWORD = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { revokedSessionIds } }"
FOLLOW = "mutation ($input: FollowInput!) { follow(input: $input) { user { id } } }"
UNFOLLOW = "mutation ($input: UnfollowInput!) { unfollow(input: $input) { user { id } } }"
POST = "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }"
SET_AUDIENCE = "mutation ($input: SetPostAudienceInput!) { setPostAudience(input: $input) { post { id } } }"
DELETE = "mutation ($input: DeletePostInput!) { deletePost(input: $input) { deletedPostId } }"
LIKE = "mutation ($input: LikePostInput!) { likePost(input: $input) { post { id viewerLikes likeCount } } }"
UNLIKE = "mutation ($input: UnlikePostInput!) { unlikePost(input: $input) { post { id viewerLikes likeCount } } }"


@dataclass(frozen=True, slots=True)
class Person:
    """A person who has signed up: username, global id and token."""

    id: str
    username: str
    token: str

    @property
    def own_id(self) -> str:
        """Return the id in the graph."""
        return own_id(self.id)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    data: Any
    errors: Sequence[dict[str, Any]]

    @property
    def code(self) -> str | None:
        """Return the code of the first error."""
        return self.errors[0]["extensions"]["code"] if self.errors else None

    @property
    def refusal(self) -> tuple[str | None, str | None]:
        """Return code and field of the first error."""
        extensions = self.errors[0]["extensions"] if self.errors else {}
        return extensions.get("code"), extensions.get("field")


@dataclass(frozen=True, slots=True)
class Served:
    """The running server, and the parts behind it."""

    url: str
    http: httpx.AsyncClient
    parts: Parts
    processor: MediaProcessor
    round_trips: RoundTrips


@dataclass(frozen=True, slots=True)
class Product:
    """An empty product."""

    served: Served
    graph: Graph

    @property
    def round_trips(self) -> RoundTrips:
        """Give what was asked so far."""
        return self.served.round_trips

    async def ask(self, document: str, viewer: Person | None = None, /, **variables: Any) -> Answer:
        """Send an operation."""
        headers = {"authorization": f"Bearer {viewer.token}"} if viewer else {}
        body = {"query": document, "variables": variables}
        answer = await self.served.http.post(f"{self.served.url}/graphql", json=body, headers=headers)
        body = answer.json()
        return Answer(body.get("data"), body.get("errors", ()))

    async def run(self, document: str, viewer: Person | None = None, /, **variables: Any) -> Any:
        """Send an operation that succeeds, and return its data."""
        answer = await self.ask(document, viewer, **variables)
        assert not answer.errors, answer.errors
        return answer.data

    async def sign_up(self, username: str, **more: Any) -> Person:
        """Make somebody."""
        given = {"username": username, "email": f"{username}@example.org", "password": PASSWORD, **more}
        session = (await self.run(SIGN_UP, input=given))["signUp"]["session"]
        return Person(session["viewer"]["id"], session["viewer"]["username"], session["accessToken"])

    async def people(self, *usernames: str) -> list[Person]:
        """Make some people, the first the oldest."""
        return [await self.sign_up(username) for username in usernames]

    async def follow(self, viewer: Person, *targets: Person) -> None:
        """Follow people, one after the other."""
        for target in targets:
            await self.run(FOLLOW, viewer, input={"userId": target.id})

    async def unfollow(self, viewer: Person, target: Person) -> None:
        """Follow somebody no longer."""
        await self.run(UNFOLLOW, viewer, input={"userId": target.id})

    async def post(self, viewer: Person, text: str = "Hello.", **more: Any) -> str:
        """Write a post; return its id."""
        return str((await self.run(POST, viewer, input={"text": text, **more}))["createPost"]["post"]["id"])

    async def delete(self, viewer: Person, post: str) -> None:
        """Delete a post."""
        await self.run(DELETE, viewer, input={"postId": post})

    async def like(self, viewer: Person, post: str) -> None:
        """Like a post."""
        await self.run(LIKE, viewer, input={"postId": post})

    async def hide(self, author: Person, post: str) -> None:
        """Let only the author's followers see a post."""
        await self.run(SET_AUDIENCE, author, input={"postId": post, "audience": "FOLLOWERS"})

    async def suspend(self, user: Person) -> None:
        """Suspend somebody, which no mutation can do yet."""
        await self.cypher("MATCH (u:User {id: $id}) SET u.state = 'SUSPENDED' RETURN 1", id=user.own_id)
        await self.forget_caches()

    async def forget_caches(self) -> None:
        """Empty Redis, but let everybody stay signed in."""
        keyspace = self.served.parts.keyspace
        async for found in scanned(keyspace):
            if names := [name for name in found if not name.startswith(SESSIONS)]:
                await keyspace.command("UNLINK", *names)

    async def outlasting(self, person: Person) -> Person:
        """Give somebody a token of no session, which nothing ends: for what the state of an account prevents by itself."""
        key = await self.cypher("MATCH (u:User {id: $id}) RETURN u.key", id=person.own_id)
        return replace(person, token=self.served.parts.accounts.tokens.issue(person.own_id, key).token)

    async def cypher(self, text: str, **params: Any) -> Any:
        """Return the one value of a statement."""
        async with self.graph.driver.session() as session:
            record = await (await session.run(text, params)).single()
        return None if record is None else record[0]

    async def settle(self) -> None:
        """Let the worker act on everything that happened, and on what comes of that."""
        consumers = consumers_of(self.served.parts, self.served.processor)
        while events := await waiting(self.graph):
            await handle(consumers, events)
            await self.graph.write("outbox/remove", ids=[event.id for event in events])

    async def settle_when_redis_is_back(self) -> None:
        """Let the worker act as soon as its client gives Redis another try."""
        await answers(self.served.parts.keyspace)
        await self.settle()

    async def event_types(self) -> list[str]:
        """Return the types of the events that wait for the relay, oldest first."""
        return [type_ for _, type_, _, _ in await self.graph.read("outbox/oldest", limit=10_000)]


def own_id(global_id: str) -> str:
    """Return the id in the graph."""
    return b64decode(global_id).decode().partition(":")[2]
