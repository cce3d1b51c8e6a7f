"""How a token of a program is written: `rookery_pat_`, then its id, its secret and a checksum, each in letters and digits.

Scanners of leaked secrets find it by the beginning, and know by the checksum that it is one, without asking anybody.
"""

import hashlib
import secrets
import string
import zlib
from dataclasses import dataclass
from hmac import compare_digest

from graph.ids import pack, unpack

PREFIX = "rookery_pat_"
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_SECRET_BYTES = 32
"""256 random bits: nobody guesses them, so a plain digest of them is as good as a slow one."""
_ID, _SECRET, _CHECKSUM = 22, 43, 6
"""Letters that 16, 32 and 4 bytes take."""
_LENGTH = len(PREFIX) + _ID + _SECRET + _CHECKSUM


@dataclass(frozen=True, slots=True)
class PersonalTokenText:
    """A token: its id, by which it is found, and its secret, which is shown once and stored nowhere."""

    id: str
    secret: bytes

    @classmethod
    def new(cls, id_: str) -> "PersonalTokenText":
        """Make a token with this id."""
        return cls(id_, secrets.token_bytes(_SECRET_BYTES))

    @classmethod
    def of(cls, text: str) -> "PersonalTokenText | None":
        """Read a token; None for what is not written as one."""
        body, checksum = text[:-_CHECKSUM], text[-_CHECKSUM:]
        if len(text) != _LENGTH or not text.startswith(PREFIX) or not compare_digest(_checksum(body).encode(), checksum.encode()):
            return None
        id_ = _bytes(body[len(PREFIX) : -_SECRET], 16)
        secret = _bytes(body[-_SECRET:], _SECRET_BYTES)
        return None if id_ is None or secret is None else cls(unpack(id_), secret)

    @property
    def secret_hash(self) -> str:
        """The digest of the secret that is stored."""
        return hashlib.sha256(self.secret).hexdigest()

    def __str__(self) -> str:
        """Write it."""
        body = token_start(self.id) + _text(self.secret, _SECRET)
        return body + _checksum(body)


def token_start(id_: str) -> str:
    """Return the first characters of the token with this id: enough to recognise it, and nothing of its secret."""
    return PREFIX + _text(pack(id_), _ID)


def _checksum(body: str) -> str:
    return _text(zlib.crc32(body.encode()).to_bytes(4, "big"), _CHECKSUM)


def _text(value: bytes, width: int) -> str:
    """Write bytes as a number of this many digits."""
    number, digits = int.from_bytes(value, "big"), []
    for _ in range(width):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def _bytes(text: str, size: int) -> bytes | None:
    """Read so many bytes; None for what is no number, or a larger one."""
    number = 0
    for digit in text:
        value = _VALUES.get(digit)
        if value is None:
            return None
        number = number * len(_DIGITS) + value
    return number.to_bytes(size, "big") if number < 1 << (8 * size) else None
