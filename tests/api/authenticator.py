"""An authenticator in software, which makes passkeys as devices do, and lies where a test wants it to."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_USER_PRESENT, _USER_VERIFIED, _WITH_CREDENTIAL = 0x01, 0x04, 0x40


def b64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(slots=True)
class Device:
    """One passkey. `count` is how often it has signed; 0 for ever where `counts` is off, as with passkeys on many devices."""

    origin: str
    domain: str = "localhost"
    verifies: bool = True
    counts: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user_handle: str = ""

    def created(self, options: str, **changed: str) -> str:
        """Answer the options of a registration."""
        asked = {**json.loads(options), **changed}
        self.user_handle = asked["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(cose)
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(_WITH_CREDENTIAL) + attested}
        client = self._client("webauthn.create", asked["challenge"])
        return self._written(clientDataJSON=client, attestationObject=cbor2.dumps(statement), transports=["internal"])

    def asserted(self, options: str, **changed: str) -> str:
        """Answer the options of a request."""
        asked = {**json.loads(options), **changed}
        self.count += self.counts
        data, client = self._data(0), self._client("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._written(clientDataJSON=client, authenticatorData=data, signature=signature, userHandle=self.user_handle)

    def _data(self, flags: int) -> bytes:
        flags |= _USER_PRESENT | (_USER_VERIFIED if self.verifies else 0)
        return sha256(self.domain.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, type_: str, challenge: str) -> bytes:
        return json.dumps({"type": type_, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _written(self, **response: Any) -> str:
        id_ = b64url(self.credential_id)
        written = {name: b64url(each) if isinstance(each, bytes) else each for name, each in response.items()}
        return json.dumps({"id": id_, "rawId": id_, "type": "public-key", "response": written, "clientExtensionResults": {}})
