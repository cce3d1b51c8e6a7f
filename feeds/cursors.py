"""Cursors: places of one list in writing, opaque to clients.

Only what this server gave to this viewer for this list is accepted: whoever could name any place could find out, by asking for
what stands beyond it, where something hidden stands. So a cursor is a place and its signature. Where a page ends among what its
viewer may not see, even the place would name a hidden thing; that cursor is encrypted.
"""

import hmac
from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

import orjson

from errors import InvalidInput
from feeds.keysets import Keyset, Place
from services.derived_keys import derived_keys
from services.sealing import SealBroken, Sealing

SIGNATURE = 9
"""Bytes of a signature: nobody guesses 72 bits by asking, and nine bytes are whole groups of base64."""
SEALED_LENGTH = 128
"""Bytes to which a place is filled up before it is encrypted, so that the length says nothing of its numbers."""


@dataclass(frozen=True, slots=True)
class CursorKeys:
    """The keys of all cursors. All processes derive the same from the operator's secrets, so a cursor outlives each of them."""

    signing: Sequence[bytes]
    """The first one signs, all are accepted."""
    sealing: Sealing

    @classmethod
    def of(cls, secrets: str) -> Self:
        """Derive them from the comma separated secrets."""
        return cls(list(derived_keys(secrets, "cursor signature").values()), Sealing(secrets, "cursor"))


class ListCursors:
    """The cursors of one list as one viewer pages through it. No other list and no other viewer takes them.

    Everything here is made when it is asked for: most pages are read without the cursors of their items.
    """

    __slots__ = ("_keys", "_owner", "_signing", "_viewer", "keyset")

    def __init__(self, keys: CursorKeys, keyset: Keyset, owner: str, viewer: str) -> None:
        """`owner` is the id of whom or what the list belongs to, `viewer` that of who reads it; either may be empty."""
        self.keyset = keyset
        self._keys, self._owner, self._viewer = keys, owner, viewer
        self._signing: bytes | None = None

    def signed(self, place: Place) -> str:
        """Return the cursor of an item that the viewer sees."""
        if self.keyset.sealed:
            return self.sealed(place)
        text = orjson.dumps(place)
        return b2a_base64(self._signature(text) + text, newline=False).decode()

    def sealed(self, place: Place) -> str:
        """Return the cursor of a place that only this server reads. Only these cursors have dots."""
        return self._keys.sealing.seal(f"{self._scope} {orjson.dumps(place).decode().ljust(SEALED_LENGTH)}")

    def place(self, cursor: str, field: str) -> Place:
        """Return the place that a cursor holds; `field` is the argument that it came in.

        Raises:
            InvalidInput: this server did not give it for this list and viewer.

        """
        text = self._unsealed(cursor) if "." in cursor else self._verified(cursor)
        values = None if text is None else orjson.loads(text)
        # What was signed before a change of the list's order does not fit any more.
        if not isinstance(values, list) or not self.keyset.holds(values):
            raise InvalidInput(field, "This is not a cursor that this server gave you for this list or stream.")
        return tuple(values)

    @property
    def _scope(self) -> str:
        return f"{self._viewer} {self.keyset.name} {self._owner}"

    def _signature(self, text: bytes) -> bytes:
        if self._signing is None:
            self._signing = self._key_of_list(self._keys.signing[0])
        return _signed(self._signing, text)

    def _key_of_list(self, key: bytes) -> bytes:
        return blake2b(self._scope.encode(), key=key).digest()

    def _verified(self, cursor: str) -> bytes | None:
        try:
            both = a2b_base64(cursor.encode(), strict_mode=True)
        except (Error, UnicodeError):
            return None
        signature, text = both[:SIGNATURE], both[SIGNATURE:]
        if hmac.compare_digest(signature, self._signature(text)):
            return text
        earlier = (_signed(self._key_of_list(key), text) for key in self._keys.signing[1:])
        return text if any(hmac.compare_digest(signature, each) for each in earlier) else None

    def _unsealed(self, cursor: str) -> str | None:
        try:
            text = self._keys.sealing.unseal(cursor)
        except SealBroken:
            return None
        scope = f"{self._scope} "
        return text.removeprefix(scope) if text.startswith(scope) else None


def _signed(key: bytes, text: bytes) -> bytes:
    return blake2b(text, key=key, digest_size=SIGNATURE).digest()
