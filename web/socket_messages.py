"""Parses and writes the messages of `graphql-transport-ws`.

Source: graphql-ws PROTOCOL.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from clock import moment
from web.endings import BAD_MESSAGE, Ended
from web.refusals import DocumentRefused
from web.surrogates import half_character, half_character_refused

SUBPROTOCOL = "graphql-transport-ws"


@dataclass(frozen=True, slots=True)
class Init:
    """`connection_init`: the parameters of the client, such as its token."""

    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Subscribe:
    """`subscribe`: an operation to run, with an id that the client chose; `weight` is the size of the message."""

    id: str
    payload: Mapping[str, object]
    weight: int


@dataclass(frozen=True, slots=True)
class Refused:
    """`subscribe` with a half character: the operation is refused, and the others go on."""

    id: str
    why: DocumentRefused


@dataclass(frozen=True, slots=True)
class Complete:
    """`complete`: the client ends an operation."""

    id: str


@dataclass(frozen=True, slots=True)
class Ping:
    """`ping`: the client expects a `pong`. With a token among its parameters it signs in again."""

    params: Mapping[str, object]

    @property
    def signs_in(self) -> bool:
        """Whether it brings a token."""
        return any(self.params.get(name) is not None for name in ("authorization", "Authorization"))


@dataclass(frozen=True, slots=True)
class Pong:
    """`pong`: the client is alive."""


ClientMessage = Init | Subscribe | Refused | Complete | Ping | Pong


def read_message(text: str) -> ClientMessage:
    """Parse a message of the client.

    Raises:
        Ended: it is not a message of the protocol.

    """
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _refused(text)
    if not isinstance(message, dict):
        raise Ended(BAD_MESSAGE, "The message is not an object")
    kind = message.get("type")
    if kind == "connection_init":
        return Init(_payload(message))
    if kind == "subscribe":
        return Subscribe(_id(message), _payload(message), len(text))
    if kind == "complete":
        return Complete(_id(message))
    if kind == "ping":
        return Ping(_payload(message))
    if kind == "pong":
        return Pong()
    raise Ended(BAD_MESSAGE, "The message has an unknown type")


def _refused(text: str) -> Refused:
    """Return the refusal of an operation whose only fault is a half character.

    Raises:
        Ended: the message is not valid JSON, or is no operation.

    """
    if (found := half_character(text)) is None:
        raise Ended(BAD_MESSAGE, "The message is not valid JSON")
    message, path = found
    if not isinstance(message, dict) or message.get("type") != "subscribe" or path[:1] != ["payload"]:
        raise Ended(BAD_MESSAGE, "The message holds half a character")
    return Refused(_id(message), half_character_refused(path[1:]))


def _payload(message: dict[str, object]) -> Mapping[str, object]:
    payload = message.get("payload")
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise Ended(BAD_MESSAGE, "The payload is not an object")
    return payload


def _id(message: dict[str, object]) -> str:
    identifier = message.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise Ended(BAD_MESSAGE, "The message has no id")
    return identifier


ACK = '{"type":"connection_ack"}'
PING = '{"type":"ping"}'
PONG = '{"type":"pong"}'


def authorized_message(ends_at: int) -> str:
    """Return the answer to a `ping` with a token: until when the socket is signed in, in milliseconds since 1970 UTC."""
    until = moment(ends_at).isoformat(timespec="milliseconds").removesuffix("+00:00")
    return orjson.dumps({"type": "pong", "payload": {"authorized": True, "expiresAt": f"{until}Z"}}).decode()


def next_message(identifier: str, json: bytes) -> str:
    """Return the message for a result that is already JSON. It is text, because clients fail on binary frames."""
    return (b'{"type":"next","id":' + orjson.dumps(identifier) + b',"payload":' + json + b"}").decode()


def error_message(identifier: str, errors: object) -> str:
    """Return the message for the errors of an operation that did not run."""
    return orjson.dumps({"type": "error", "id": identifier, "payload": errors}).decode()


def complete_message(identifier: str) -> str:
    """Return the message that ends an operation."""
    return orjson.dumps({"type": "complete", "id": identifier}).decode()
