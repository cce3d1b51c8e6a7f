"""Links in mails: how their tokens are made, and what is stored of them."""

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256

from services.derived_keys import derived_keys

_WRITTEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""A token: 32 bytes in base64url."""


class LinkTokens:
    """Makes the tokens of links.

    A token is an HMAC of the id of its mail, under a key that only the servers have. So the worker that sends the mail makes it
    anew, and neither the graph nor an event holds it: what is stored is a digest, which proves it and cannot be followed.
    """

    def __init__(self, secrets: str) -> None:
        """Make tokens by the first of the comma separated secrets; those of the others are made again as well."""
        self._keys = list(derived_keys(secrets, "mail link").values())

    def new(self, mail_id: str) -> str:
        """Return the token of a mail that is being written."""
        return _token(self._keys[0], mail_id)

    def again(self, mail_id: str, digest: str) -> str | None:
        """Return the token of a mail whose digest is stored; None where none of the secrets made it."""
        tokens = (_token(key, mail_id) for key in self._keys)
        return next((token for token in tokens if hmac.compare_digest(str(digest_of(token)), digest)), None)


def digest_of(token: str) -> str | None:
    """Return what is stored of a token, 64 hexadecimal digits; None where this cannot be one.

    A plain digest is as good as a slow one, since nobody can try all tokens.
    """
    return sha256(token.encode()).hexdigest() if _WRITTEN.fullmatch(token) else None


def _token(key: bytes, mail_id: str) -> str:
    return urlsafe_b64encode(hmac.digest(key, mail_id.encode(), "sha256")).rstrip(b"=").decode()
