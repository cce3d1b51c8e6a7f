"""Cursors: places of one list in writing, opaque to clients.

Only what this server gave to this viewer for this list is accepted: whoever could name any place could find out, by asking for
what stands beyond it, where something hidden stands. So a cursor is a place and its signature. Where a page ends among what its
viewer may not see, even the place would name a hidden thing; that cursor is encrypted.
"""

import hmac
from binascii import Error, a2b_base64, b2a_base64
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

import orjson

from errors import InvalidInput
from feeds.keysets import Keyset, Place
from services.derived_keys import derived_key
from services.sealing import SealBroken, Sealing

SIGNATURE = 9
"""Bytes of a signature: nobody guesses 72 bits by asking, and nine bytes are whole groups of base64."""
SEALED_LENGTH = 128
"""Bytes to which a place is filled up before it is encrypted, so that the length says nothing of its numbers."""


@dataclass(frozen=True, slots=True)
class CursorKeys:
    """The keys of all cursors. All processes derive the same from the operator's secret, so a cursor outlives each of them."""

    signing: bytes
    sealing: Sealing

    @classmethod
    def of(cls, secret: str) -> Self:
        """Derive them."""
        return cls(derived_key(secret, "cursor signature"), Sealing(secret, "cursor"))


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
            self._signing = blake2b(self._scope.encode(), key=self._keys.signing).digest()
        return blake2b(text, key=self._signing, digest_size=SIGNATURE).digest()

    def _verified(self, cursor: str) -> bytes | None:
        try:
            both = a2b_base64(cursor.encode(), strict_mode=True)
        except (Error, UnicodeError):
            return None
        signature, text = both[:SIGNATURE], both[SIGNATURE:]
        return text if hmac.compare_digest(signature, self._signature(text)) else None

    def _unsealed(self, cursor: str) -> str | None:
        try:
            text = self._keys.sealing.unseal(cursor)
        except SealBroken:
            return None
        scope = f"{self._scope} "
        return text.removeprefix(scope) if text.startswith(scope) else None
