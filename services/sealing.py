"""Sealing: what the graph keeps of things that only their owner may read, such as an e-mail address.

A sealed text can be opened again with the secret; a fingerprint can only be compared. Neo4j's community edition cannot
hide a property from somebody who may query, so these are made and opened here.
"""

import hmac

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from services.derived_keys import derived_key, key_name

ALGORITHMS = ["dir", "A256GCM"]
"""The key itself encrypts (RFC 7518, 4.5), by AES-256 in Galois counter mode."""


class SealBroken(Exception):  # the sentence reads so, as elsewhere in the error trees
    """A sealed text was made with another secret, or was changed in the store."""


class Sealing:
    """Seals and fingerprints of one purpose (`e-mail`). The same text under two purposes has nothing in common."""

    def __init__(self, secret: str, purpose: str) -> None:
        """Derive both keys from the operator's secret, 32 bytes or more."""
        raw = derived_key(secret, f"seal {purpose}")
        self._key = OctKey.import_key(raw)
        self._header = {"alg": "dir", "enc": "A256GCM", "kid": key_name(raw)}
        self._fingerprint_key = derived_key(secret, f"fingerprint {purpose}")

    def seal(self, text: str) -> str:
        """Return a compact JWE, another one each time; it names its key, so that keys can be changed one day."""
        return jwe.encrypt_compact(dict(self._header), text.encode(), self._key, algorithms=ALGORITHMS)

    def unseal(self, sealed: str) -> str:
        """Return the text back.

        Raises:
            SealBroken: another secret made it, or somebody changed it.

        """
        try:
            return (jwe.decrypt_compact(sealed, self._key, algorithms=ALGORITHMS).plaintext or b"").decode()
        except (JoseError, ValueError) as error:
            raise SealBroken(str(error)) from error

    def fingerprint(self, text: str) -> str:
        """Give 64 hexadecimal digits, always the same for a text: equality can be seen, the text cannot be guessed."""
        return hmac.digest(self._fingerprint_key, text.encode(), "sha256").hex()
