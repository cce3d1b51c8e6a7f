"""Sealing: encryption of values that only their owner may read, such as an e-mail address.

A sealed text can be decrypted with the secret; a fingerprint can only be compared. Neo4j's community edition cannot
hide a property from somebody who may query, so the application encrypts and decrypts.
"""

import hmac
from base64 import urlsafe_b64decode
from collections.abc import Sequence

import orjson
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from services.derived_keys import derived_keys

ALGORITHMS = ["dir", "A256GCM"]
"""The key itself encrypts (RFC 7518, 4.5), by AES-256 in Galois counter mode."""


class SealBroken(Exception):
    """A sealed text is none of ours, or was changed in the store."""


class KeyMissing(SealBroken):
    """A sealed text was made with a secret that is not among those of the setting. It can be read once the secret is back."""

    def __init__(self, key: str) -> None:
        """Name the secret by its id."""
        super().__init__(f"sealed by the key {key}, whose secret is not in ROOKERY_SEAL_SECRET")
        self.key = key


class Sealing:
    """Seals and fingerprints for one purpose (`e-mail`). Those of the same text for two purposes have nothing in common."""

    def __init__(self, secrets: str, purpose: str) -> None:
        """Derive keys from the operator's comma separated secrets: the first one seals, and all are accepted."""
        self._keys = {id_: OctKey.import_key(key) for id_, key in derived_keys(secrets, f"seal {purpose}").items()}
        self.key_ids: Sequence[str] = list(self._keys)
        """Ids of the secrets, that which seals first."""
        self._header = {"alg": "dir", "enc": "A256GCM", "kid": self.key_ids[0]}
        self._fingerprint_keys = list(derived_keys(secrets, f"fingerprint {purpose}").values())

    def seal(self, text: str) -> str:
        """Return a compact JWE, a different one each time. It names its key by the id of the secret."""
        return jwe.encrypt_compact(dict(self._header), text.encode(), self._keys[self.key_ids[0]], algorithms=ALGORITHMS)

    def unseal(self, sealed: str) -> str:
        """Return the text of a sealed one.

        Raises:
            KeyMissing: it was sealed with a secret that is not here.
            SealBroken: it is none of ours, or somebody changed it.

        """
        if (key := self._keys.get(name := key_of(sealed))) is None:
            raise KeyMissing(name)
        try:
            return (jwe.decrypt_compact(sealed, key, algorithms=ALGORITHMS).plaintext or b"").decode()
        except (JoseError, ValueError) as error:
            raise SealBroken(str(error)) from error

    def fingerprint(self, text: str) -> str:
        """Return 64 hexadecimal digits, always the same for a text and a secret, by which nobody can guess the text."""
        return self.fingerprints(text)[0]

    def fingerprints(self, text: str) -> list[str]:
        """Return the fingerprint of a text by each secret, the one in use first: what is stored may be by any of them."""
        return [hmac.digest(key, text.encode(), "sha256").hex() for key in self._fingerprint_keys]


def key_of(sealed: str) -> str:
    """Return the id of the secret that a sealed text names.

    Raises:
        SealBroken: it names none.

    """
    head = sealed.partition(".")[0]
    try:
        name = orjson.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
    except (ValueError, LookupError, TypeError) as error:
        raise SealBroken("it names no key") from error
    if not isinstance(name, str):
        raise SealBroken("it names no key")
    return name
