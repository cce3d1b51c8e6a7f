"""ID tokens that a provider would not give: its own, changed, and signed by another key that it seems to have."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.responses import JSONResponse, Response

from tests.providers.provider import IdentityProvider


@dataclass(slots=True)
class Forger:
    """Signs what the provider says anew."""

    provider: IdentityProvider
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "forged"}))
    published: bool = True
    """Whether the provider seems to have the key."""

    def change(self, header: Mapping[str, Any] | None = None, key: RSAKey | OctKey | None = None, **claims: Any) -> None:
        """Let the next ID tokens have other claims, None for none of a name, and another head."""

        def token(found: httpx.Response) -> Response:
            answer = found.json()
            said = {**payload_of(answer["id_token"]), **claims}
            kept = {name: value for name, value in said.items() if value is not None}
            head = {"alg": "RS256", "kid": "forged", **(header or {})}
            algorithms = [head["alg"]]
            answer["id_token"] = jwt.encode(head, kept, key or self.key, algorithms=algorithms)
            return JSONResponse(answer)

        self.provider.tampered["/token"] = token
        if self.published:
            self.publish()

    def publish(self) -> None:
        """Let the provider seem to have the key beside its own."""
        self.provider.tampered["/jwks"] = self._keys

    def _keys(self, found: httpx.Response) -> Response:
        return JSONResponse({"keys": [*found.json()["keys"], self.key.as_dict(private=False)]})


def payload_of(token: str) -> dict[str, Any]:
    """Return the claims of a token, unchecked."""
    body = token.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))))
