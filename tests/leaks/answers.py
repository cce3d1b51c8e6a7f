"""What an answer tells: its text with what is encoded in it, the people on its lists, and counts."""

import binascii
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import GraphQLNonNull, GraphQLObjectType, GraphQLSchema, get_named_type

from tests.leaks.paths import ENTITIES

_CODED = re.compile(r'"([A-Za-z0-9_=/+-]{8,})"')


def read(text: str) -> str:
    """Give a text with everything in it that is written in base 64, as ids and cursors are, in plain as well."""
    return text + "".join(map(_plain, set(_CODED.findall(text))))


@lru_cache(maxsize=10_000)
def _plain(coded: str) -> str:
    try:
        decoded = urlsafe_b64decode(coded.replace("+", "-").replace("/", "_").encode())
    except binascii.Error:
        return ""
    return f"\n{decoded.decode(errors='replace')}"  # a signature is no text, but what it signs is


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on a list of people: whose list it is, if a person's, and who stands beside them, where they stand in a row."""

    user: str
    of: str | None
    beside: tuple[str, ...]

    def is_own(self, viewer: str | None) -> bool:
        """Tell whether it says no more than how they and the viewer stand."""
        return viewer is not None and (self.of == viewer or set(self.beside) == {viewer})


class Lists:
    """Finds lists of people: those whose items are people, or must each have one, by the schema and by no name."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.with_person: Mapping[str, Sequence[str]] = {
            name: [
                key
                for key, each in type_.fields.items()
                if isinstance(each.type, GraphQLNonNull) and get_named_type(each.type).name == "User" and not _many(each.type)
            ]
            for name, type_ in schema.type_map.items()
            if isinstance(type_, GraphQLObjectType) and name not in ENTITIES
        }

    def people(self, value: Any, of: str | None = None) -> Iterator[Listed]:
        """Give everybody on every list of an answer, which has the name of each object's type."""
        if isinstance(value, list):
            if all(isinstance(each, dict) and each.get("__typename") == "User" for each in value):
                ids = [each["id"] for each in value]
                for at, id_ in enumerate(ids):
                    yield Listed(id_, of, (*ids[max(at - 1, 0) : at], *ids[at + 1 : at + 2]))
            for each in value:
                yield from self._of_item(each, of)
                yield from self.people(each, of)
        elif isinstance(value, dict):
            inner = value.get("id") if value.get("__typename") in ENTITIES else of
            for each in value.values():
                yield from self.people(each, inner)

    def _of_item(self, item: Any, of: str | None) -> Iterator[Listed]:
        if isinstance(item, dict):
            for key in self.with_person.get(item.get("__typename", ""), ()):
                if key in item:
                    yield Listed(item[key]["id"], of, ())


def counts(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give each person in an answer, by id, who stands there with counts."""
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from counts(each)
    if isinstance(value, dict) and value.get("__typename") == "User" and "followerCount" in value:
        yield value["id"], value


def holds_entity(value: Any) -> bool:
    """Tell whether there is a post or a person in an answer."""
    if isinstance(value, dict):
        return value.get("__typename") in ENTITIES or any(map(holds_entity, value.values()))
    return isinstance(value, list) and any(map(holds_entity, value))


def first_cursor(value: Any, name: str) -> str | None:
    """Give the cursor of the first item on pages that a field of this name, in whatever form, gave.

    There is none where the pages are of lists of several people or posts: a cursor is good for one list.
    """
    by_owner = dict[Any, str | None]()
    for owner, cursor in _first_cursors(value, name):
        by_owner[owner] = by_owner.get(owner) or cursor
    return next(iter(by_owner.values())) if len(by_owner) == 1 else None


def _first_cursors(value: Any, name: str) -> Iterator[tuple[Any, str | None]]:
    """Give whose list each page of a field is, and the cursor of its first item."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key.rstrip("0123456789") == name and isinstance(each, dict) and "edges" in each:
                yield value.get("id"), each["edges"][0]["cursor"] if each["edges"] else None
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _first_cursors(each, name)


def _many(type_: Any) -> bool:
    return "[" in str(type_)
