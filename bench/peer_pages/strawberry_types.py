"""The types of the pages by stock Strawberry: each shows a map that a statement returned."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

import strawberry
from strawberry.utils.str_converters import to_camel_case

from bench.plain_app import PageInfo, Picture

Row: TypeAlias = strawberry.Parent[dict[str, Any]]


class _Names(dict[str, str]):
    """The names in maps of fields, which are declared as Python names them."""

    def __missing__(self, name: str) -> str:
        self[name] = camel = to_camel_case(name)
        return camel


_NAMES = _Names()


def value_of(row: Mapping[str, object], name: str) -> object:
    """Return what a map has for a field: the resolver of all that have no other."""
    return row[_NAMES[name]]


def _id_of(kind: str) -> Any:
    def id_(root: Row) -> strawberry.ID:
        return strawberry.ID(b64encode(f"{kind}:{root['id']}".encode()).decode())

    return strawberry.field(resolver=id_)


@strawberry.type
class User:
    """A person."""

    id: strawberry.ID = _id_of("User")
    username: str
    display_name: str
    bio: str
    avatar: Picture | None
    follower_count: int
    following_count: int
    post_count: int
    viewer_follows: bool
    follows_viewer: bool

    @strawberry.field
    def followers(root: Row, first: int = 20) -> "UserConnection":  # noqa: N805, ARG002 - Strawberry gives the map; the statement has limited it
        """Return what the statement of the page has found, as many as were asked for."""
        found: UserConnection = root["followers"]
        return found

    @strawberry.field
    def posts(root: Row, first: int = 20) -> "PostConnection":  # noqa: N805, ARG002 - Strawberry gives the map; the statement has limited it
        """Return the same of posts."""
        found: PostConnection = root["posts"]
        return found


@strawberry.type
class UserEdge:
    """A person on a page."""

    node: User


@strawberry.type
class UserConnection:
    """A page of people."""

    edges: list[UserEdge]
    page_info: PageInfo


@strawberry.type
class Post:
    """A post."""

    id: strawberry.ID = _id_of("Post")
    text: str
    author: User
    like_count: int
    reply_count: int
    viewer_likes: bool

    @strawberry.field
    def replies(root: Row, first: int = 20) -> "PostConnection":  # noqa: N805, ARG002 - Strawberry gives the map; the statement has limited it
        """Return what the statement of the page has found."""
        found: PostConnection = root["replies"]
        return found

    @strawberry.field
    def created_at(root: Row) -> datetime:  # noqa: N805 - Strawberry gives the map
        """Return when it was written."""
        return datetime.fromtimestamp(root["createdAt"] / 1_000, UTC)


@strawberry.type
class PostEdge:
    """A post on a page."""

    node: Post


@strawberry.type
class PostConnection:
    """A page of posts."""

    edges: list[PostEdge]
    page_info: PageInfo


@strawberry.type
class Suggestion:
    """Somebody whom the viewer may know."""

    mutual_count: int
    mutuals: list[User]
    person: User


@strawberry.type
class PostPayload:
    """The post of a write."""

    post: Post


@strawberry.type
class UserPayload:
    """The person of a write."""

    user: User


@strawberry.input
class CreatePostInput:
    """What a post is made of."""

    text: str
    reply_to_id: strawberry.ID | None = None


@strawberry.input
class PostInput:
    """Which post."""

    post_id: strawberry.ID


@strawberry.input
class UserInput:
    """Which person."""

    user_id: strawberry.ID
