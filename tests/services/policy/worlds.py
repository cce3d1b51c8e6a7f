"""Small worlds of people and posts, as older and newer versions of the product have written them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.ids import id_at

LONG_AGO = 1_600_000_000_000
"""Milliseconds since 1970 UTC."""
Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge between two people, by their places in the world."""

    type: str
    start: int
    end: int
    properties: Properties


@dataclass(frozen=True, slots=True)
class Written:
    """A post: the places of its author and of those whom it mentions, and its properties that matter here."""

    author: int
    mentions: Sequence[int]
    properties: Properties


@dataclass(frozen=True, slots=True)
class World:
    """People with those of their properties that matter here, what is between them, and their posts."""

    people: Sequence[Properties]
    edges: Sequence[Edge] = field(default=())
    posts: Sequence[Written] = field(default=())

    @property
    def user_ids(self) -> list[str]:
        """Give the ids of the people in order."""
        return [user_id(place) for place in range(len(self.people))]

    @property
    def post_ids(self) -> list[str]:
        """Give the ids of the posts in order."""
        return [post_id(place) for place in range(len(self.posts))]

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Give what the statement `worlds/write` takes."""
        return {
            "people": [_user(place, properties) for place, properties in enumerate(self.people)],
            "posts": [_post(place, post) for place, post in enumerate(self.posts)],
            "edges": [
                {"type": edge.type, "start": edge.start + 1, "end": edge.end + 1, "properties": dict(edge.properties)}
                for edge in self.edges
            ],
        }


def user_id(place: int) -> str:
    """Give the id of the person at a place."""
    return id_at(LONG_AGO, tail=place + 1)


def post_id(place: int) -> str:
    """Give the id of the post at a place."""
    return id_at(LONG_AGO + 1, tail=place + 1)


def _user(place: int, properties: Properties) -> dict[str, Any]:
    name = f"person{place}"
    return {
        "id": user_id(place), "key": place + 1, "username": name, "usernameKey": name, "displayName": name, "bio": "",
        "private": False, "discoverable": True, "state": "ACTIVE", "createdAt": LONG_AGO, **properties,
    }  # fmt: skip


def _post(place: int, post: Written) -> dict[str, Any]:
    return {
        "id": post_id(place), "authorId": user_id(post.author), "authorKey": post.author + 1, "text": "Hello",
        "audience": "PUBLIC", "delivery": "PUSH", "home": True, "mediaIds": [], "createdAt": LONG_AGO,
        "mentionNames": [f"person{mentioned}" for mentioned in post.mentions],
        "mentionIds": [user_id(mentioned) for mentioned in post.mentions], **post.properties,
    }  # fmt: skip
