"""Relay's global ids: the kind of a thing and its own id, opaque to clients."""

import binascii
from base64 import b64decode, b64encode

from errors import InvalidInput
from graph.ids import is_id

KINDS = ("User", "Post", "Picture", "MutedTopic")


def encode(kind: str, id_: str) -> str:
    """Give the global id of a thing."""
    return b64encode(f"{kind}:{id_}".encode()).decode()


def decode(global_id: str, field: str) -> tuple[str, str]:
    """Give the kind and the own id.

    Raises:
        InvalidInput: it is not a global id in the one spelling that we give out; `field` is blamed.

    """
    try:
        kind, _, id_ = b64decode(global_id.encode(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError):
        kind, id_ = "", ""
    if kind not in KINDS or not is_id(id_) or encode(kind, id_) != global_id:
        raise InvalidInput(field, "This is not an id that this server gave.")
    return kind, id_


def own_id(kind: str, global_id: str, field: str) -> str:
    """Give the own id of a thing that must be of one kind.

    Raises:
        InvalidInput: it is not a global id of that kind; `field` is blamed.

    """
    found, id_ = decode(global_id, field)
    if found != kind:
        raise InvalidInput(field, f"This is the id of a {found}, not of a {kind}.")
    return id_
