"""Sealing: encryption of values that only their owner may read, such as an e-mail address.

A sealed text can be decrypted with the secret; a fingerprint can only be compared. Neo4j's community edition cannot
hide a property from somebody who may query, so the application encrypts and decrypts.
"""

import hmac

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from services.derived_keys import derived_key, key_name

ALGORITHMS = ["dir", "A256GCM"]
"""The key itself encrypts (RFC 7518, 4.5), by AES-256 in Galois counter mode."""


class SealBroken(Exception):
    """A sealed text was made with another secret, or was changed in the store."""


class Sealing:
    """Seals and fingerprints for one purpose (`e-mail`). Those of the same text for two purposes have nothing in common."""

    def __init__(self, secret: str, purpose: str) -> None:
        """Derive both keys from the operator's secret, 32 bytes or more."""
        raw = derived_key(secret, f"seal {purpose}")
        self._key = OctKey.import_key(raw)
        self._header = {"alg": "dir", "enc": "A256GCM", "kid": key_name(raw)}
        self._fingerprint_key = derived_key(secret, f"fingerprint {purpose}")

    def seal(self, text: str) -> str:
        """Return a compact JWE, a different one each time. It names its key, so that keys can be changed later."""
        return jwe.encrypt_compact(dict(self._header), text.encode(), self._key, algorithms=ALGORITHMS)

    def unseal(self, sealed: str) -> str:
        """Return the text of a sealed one.

        Raises:
            SealBroken: another secret made it, or somebody changed it.

        """
        try:
            return (jwe.decrypt_compact(sealed, self._key, algorithms=ALGORITHMS).plaintext or b"").decode()
        except (JoseError, ValueError) as error:
            raise SealBroken(str(error)) from error

    def fingerprint(self, text: str) -> str:
        """Return 64 hexadecimal digits, always the same for a text, from which the text cannot be guessed."""
        return hmac.digest(self._fingerprint_key, text.encode(), "sha256").hex()
