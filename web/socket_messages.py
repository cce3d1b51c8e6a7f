"""Parses and writes the messages of `graphql-transport-ws`, and lists the close codes.

| code | meaning | client |
| --- | --- | --- |
| 1001 | this process stops | reconnects at once and resumes |
| 1009 | a message is over the size limit | gives up |
| 1013 | not now: overloaded or limited | reconnects later |
| 4400 | a message is not of the protocol | gives up |
| 4401 | an operation before `connection_ack` | gives up |
| 4403 | the credential is refused, or the session has ended | signs in again and reconnects |
| 4406 | the subprotocol is missing | gives up |
| 4408 | no `connection_init` in time | reconnects |
| 4409 | an operation has the id of another | gives up |
| 4429 | a second `connection_init` | gives up |
| 4499 | the client did not read for too long | reconnects and resumes from its last cursor |
| 4500 | a defect of ours | gives up |

Source: graphql-ws PROTOCOL.md; its client uses 4499 too for a socket that does not answer, and reconnects.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from web.refusals import DocumentRefused
from web.surrogates import half_character, half_character_refused

SUBPROTOCOL = "graphql-transport-ws"

GOING_AWAY = 1001
TRY_AGAIN_LATER = 1013
BAD_MESSAGE = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
SUBPROTOCOL_MISSING = 4406
INIT_TIMEOUT = 4408
DUPLICATE_ID = 4409
TOO_MANY_INITS = 4429
TOO_SLOW = 4499
INTERNAL_ERROR = 4500


class SocketClosing(Exception):
    """The WebSocket ends: with a code when the server closes it, with None when the client has disconnected."""

    def __init__(self, code: int | None, reason: str = "") -> None:
        """Take the close code and the reason, which has at most 123 bytes."""
        super().__init__(reason)
        self.code = code
        self.reason = reason


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
    """`ping`: the client expects a `pong`."""


@dataclass(frozen=True, slots=True)
class Pong:
    """`pong`: the client is alive."""


ClientMessage = Init | Subscribe | Refused | Complete | Ping | Pong


def read_message(text: str) -> ClientMessage:
    """Parse a message of the client.

    Raises:
        SocketClosing: it is not a message of the protocol.

    """
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _refused(text)
    if not isinstance(message, dict):
        raise SocketClosing(BAD_MESSAGE, "The message is not an object")
    kind = message.get("type")
    if kind == "connection_init":
        return Init(_payload(message))
    if kind == "subscribe":
        return Subscribe(_id(message), _payload(message), len(text))
    if kind == "complete":
        return Complete(_id(message))
    if kind == "ping":
        return Ping()
    if kind == "pong":
        return Pong()
    raise SocketClosing(BAD_MESSAGE, "The message has an unknown type")


def _refused(text: str) -> Refused:
    """Return the refusal of an operation whose only fault is a half character.

    Raises:
        SocketClosing: the message is not valid JSON, or is no operation.

    """
    if (found := half_character(text)) is None:
        raise SocketClosing(BAD_MESSAGE, "The message is not valid JSON")
    message, path = found
    if not isinstance(message, dict) or message.get("type") != "subscribe" or path[:1] != ["payload"]:
        raise SocketClosing(BAD_MESSAGE, "The message holds half a character")
    return Refused(_id(message), half_character_refused(path[1:]))


def _payload(message: dict[str, object]) -> Mapping[str, object]:
    payload = message.get("payload")
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise SocketClosing(BAD_MESSAGE, "The payload is not an object")
    return payload


def _id(message: dict[str, object]) -> str:
    identifier = message.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise SocketClosing(BAD_MESSAGE, "The message has no id")
    return identifier


ACK = '{"type":"connection_ack"}'
PONG = '{"type":"pong"}'


def next_message(identifier: str, json: bytes) -> str:
    """Return the message for a result that is already JSON. It is text, because clients fail on binary frames."""
    return (b'{"type":"next","id":' + orjson.dumps(identifier) + b',"payload":' + json + b"}").decode()


def error_message(identifier: str, errors: object) -> str:
    """Return the message for the errors of an operation that did not run."""
    return orjson.dumps({"type": "error", "id": identifier, "payload": errors}).decode()


def complete_message(identifier: str) -> str:
    """Return the message that ends an operation."""
    return orjson.dumps({"type": "complete", "id": identifier}).decode()
