"""Relay's global ids: the kind of a thing and its own id, opaque to clients."""

import binascii
from base64 import b64decode, b64encode
from binascii import b2a_base64
from collections.abc import Callable, Mapping, Sequence

from errors import InvalidInput
from graph.ids import is_id
from services.posts.entities import is_hashtag

KINDS: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys(
        ("User", "Post", "Picture", "MutedTopic", "PersonalToken", "ActiveSession", "Passkey", "BookmarkFolder"), is_id
    ),
    "Hashtag": is_hashtag,
}
"""Whatever has a global id, and what can be an own id of it: hashtags are named by what they are."""


def encode(kind: str, id_: str) -> str:
    """Return the global id of a thing."""
    return b64encode(f"{kind}:{id_}".encode()).decode()


def encode_many(kind: str, ids: Sequence[str]) -> list[str]:
    """Return the global ids of things of one kind. `ids` must not be empty.

    Ids of one length, which most are, are encoded in one go: each is padded to whole groups of three bytes, so that the text of
    the next begins anew, and what the padding makes of its last letters is replaced by base64's own.
    """
    prefix = f"{kind}:"
    length = len(prefix) + len(ids[0])
    missing = -length % 3
    between = "\0" * missing + prefix
    whole = (prefix + between.join(ids)).encode() + b"\0" * missing
    if len(whole) != (length + missing) * len(ids) or not {len(ids[0])}.issuperset(map(len, ids)):
        return [b2a_base64((prefix + id_).encode(), newline=False).decode() for id_ in ids]
    text, width = b2a_base64(whole, newline=False).decode(), (length + missing) // 3 * 4
    if not missing:
        return [text[at : at + width] for at in range(0, len(text), width)]
    used, padding = width - missing, "=" * missing
    return [text[at : at + used] + padding for at in range(0, len(text), width)]


def decode(global_id: str) -> tuple[str, str] | None:
    """Return the kind and the own id; None for what is not a global id in the one spelling that we give out."""
    try:
        kind, _, id_ = b64decode(global_id.encode(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError):
        return None
    may_be = KINDS.get(kind)
    return (kind, id_) if may_be is not None and may_be(id_) and encode(kind, id_) == global_id else None


def own_id(kind: str, global_id: str, field: str) -> str:
    """Return the own id of a thing that must be of one kind.

    Raises:
        InvalidInput: it is not a global id of that kind; the error names `field`.

    """
    decoded = decode(global_id)
    if decoded is None:
        raise InvalidInput(field, "This is not an id that this server gave.")
    found, id_ = decoded
    if found != kind:
        raise InvalidInput(field, f"This is the id of a {found}, not of a {kind}.")
    return id_


def own_ids(kind: str, global_ids: Sequence[str], field: str) -> list[str]:
    """Return the own ids of things that must be of one kind.

    Raises:
        InvalidInput: one is not a global id of that kind; the error names it, and `field`.

    """
    own = list[str]()
    for each in global_ids:
        try:
            own.append(own_id(kind, each, field))
        except InvalidInput as error:
            raise InvalidInput(field, error.message, one_of=each) from None
    return own
