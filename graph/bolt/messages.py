"""The messages of Bolt 5 that statements need: packed into chunks, and unpacked.

Values are packed and unpacked by the codec of the official driver, so both ways give equal results.
Source: https://neo4j.com/docs/bolt/current/bolt/message/
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from neo4j._codec.hydration.bolt.v2 import HydrationHandler
from neo4j._codec.packstream import Structure
from neo4j._rust.codec.packstream.v1 import pack, unpack  # type: ignore[import-not-found]  # compiled
from neo4j.exceptions import BrokenRecordError, Neo4jError

Version: TypeAlias = tuple[int, int]
"""Major and minor version of Bolt."""

SUCCESS, RECORD, IGNORED, FAILURE = 0x70, 0x71, 0x7E, 0x7F
"""The tags of what a server sends."""
HEAD = 2
"""Bytes of a structure before its first field: how many it has, and its tag."""
END = b"\0\0"
"""Ends a message; between messages it only shows that the server lives."""
GQL_ERRORS: Version = (5, 7)
"""The version from which on failures are told in the words of GQL."""

_CHUNK = 65_535
_TINY_STRUCTURE = 0xB0
_HELLO, _LOGON, _ROUTE, _RUN, _PULL, _RESET, _GOODBYE = b"\x01", b"\x6a", b"\x66", b"\x10", b"\x3f", b"\x0f", b"\x02"
_BEGIN, _COMMIT, _ROLLBACK = b"\x11", b"\x12", b"\x13"
_VALUES = HydrationHandler()
_DEHYDRATION = _VALUES.new_hydration_scope().dehydration_hooks.extend(exact_types={tuple: list})


def _hydrated(structure: Structure) -> object:
    """Return the value that a structure stands for, such as a date; our own statements return none."""
    value = _VALUES.new_hydration_scope().hydration_hooks[Structure](structure)
    if hasattr(value, "exception_copy"):  # what the driver makes of a value that it does not understand
        raise BrokenRecordError(f"{structure} stands for nothing that is known") from value.error
    return value


_HYDRATION: Final = {Structure: _hydrated}


def _packed(tag: bytes, *fields: object) -> bytes:
    """Return a message in as few chunks as possible."""
    body = bytes((_TINY_STRUCTURE | len(fields),)) + tag + b"".join([pack(field, _DEHYDRATION) for field in fields])
    if len(body) <= _CHUNK:
        return struct.pack(">H", len(body)) + body + END
    chunks = [body[at : at + _CHUNK] for at in range(0, len(body), _CHUNK)]
    return b"".join([struct.pack(">H", len(chunk)) + chunk for chunk in chunks]) + END


RESET: Final = _packed(_RESET)
GOODBYE: Final = _packed(_GOODBYE)
PULL_ALL: Final = _packed(_PULL, {"n": -1})
COMMIT: Final = _packed(_COMMIT)
ROLLBACK: Final = _packed(_ROLLBACK)


def hello(extra: Mapping[str, object]) -> bytes:
    """Return the message that says who we are."""
    return _packed(_HELLO, dict(extra))


def logon(user: str, password: str) -> bytes:
    """Return the message that authenticates the connection."""
    return _packed(_LOGON, {"scheme": "basic", "principal": user, "credentials": password})


def route(context: Mapping[str, object], database: str) -> bytes:
    """Return the message that asks which servers there are for a database."""
    return _packed(_ROUTE, dict(context), [], {"db": database})


def extra_of(database: str, limit: float, bookmarks: Iterable[str], **more: object) -> dict[str, object]:
    """Return what is said beside a statement or a transaction: how many seconds it may take, and which commits come before it."""
    extra: dict[str, object] = {"db": database, "tx_timeout": max(1, round(limit * 1_000)), **more}
    if awaited := list(bookmarks):
        extra["bookmarks"] = awaited
    return extra


def begin(extra: Mapping[str, object]) -> bytes:
    """Return the message that begins a transaction."""
    return _packed(_BEGIN, dict(extra))


def run_and_pull(text: str, params: Mapping[str, object], extra: Mapping[str, object] | None = None) -> bytes:
    """Return the two messages that run a statement and ask for all its records; within a transaction without `extra`.

    Raises:
        TypeError, ValueError, OverflowError: a parameter is of a type or a size that Bolt does not know.

    """
    return _packed(_RUN, text, dict(params), dict(extra or ())) + PULL_ALL


def fields_of(message: bytearray, at: int) -> Any:
    """Return the one field of the message whose structure begins at `at`: the values of a record, or the data of a summary."""
    return unpack(message, at + HEAD, _HYDRATION)[0]


def failure_of(data: Mapping[str, Any], version: Version) -> Neo4jError:
    """Return the driver's error for the data of a failure."""
    hydrate = Neo4jError._hydrate_gql if version >= GQL_ERRORS else Neo4jError._hydrate_neo4j  # noqa: SLF001 the one way to make it
    return hydrate(**data)
