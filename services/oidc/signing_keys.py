"""The public keys of a provider. They rotate, so a key that is not known is asked for once more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from services.oidc.cached_answers import CachedAnswer
from services.oidc.failures import ProviderRefused

PublicKey = RSAKey | ECKey
MOST = 50
"""Keys of a set that are looked at."""
_KINDS = ("RSA", "EC")
"""Kinds of keys that sign: a secret among them would be no secret."""
_PUBLIC = ("kty", "n", "e", "crv", "x", "y")
"""What is read of a key (RFC 7518, 6): nothing of a private one."""
_KIND_OF = {"R": "RSA", "P": "RSA", "E": "EC"}
"""The kind of key behind an algorithm, by its first letter: RS256, PS256, ES256."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key with its id, if it has one, and its kind."""

    id: str | None
    kind: str
    key: PublicKey


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The keys of one provider."""

    answer: CachedAnswer[Sequence[SigningKey]]

    async def one(self, key_id: str | None, algorithm: str) -> PublicKey:
        """Return the key of an ID token; `key_id` is what its head names, None where it names none.

        Raises:
            ProviderDown: the keys cannot be had.
            ProviderRefused: it has no such key, or several that it might be.

        """
        kind = _KIND_OF[algorithm[0]]
        found = _chosen(await self.answer.get(), key_id, kind) or _chosen(await self.answer.newer(), key_id, kind)
        if found is None:
            raise ProviderRefused("keys: none signed this ID token")
        return found


def keys_of(found: Mapping[str, object]) -> Sequence[SigningKey]:
    """Read a set of keys; what is no key that signs is passed over.

    Raises:
        ProviderRefused: this is no set of keys.

    """
    listed = found.get("keys")
    if not isinstance(listed, list):
        raise ProviderRefused("keys: no set of keys")
    return [key for each in listed[:MOST] if isinstance(each, dict) and (key := _key_of(each)) is not None]


def _key_of(written: dict[str, object]) -> SigningKey | None:
    kind, id_ = written.get("kty"), written.get("kid")
    if not isinstance(kind, str) or kind not in _KINDS or written.get("use", "sig") != "sig":
        return None
    public: dict[str, str | list[str]] = {name: str(written[name]) for name in _PUBLIC if name in written}
    try:
        key = RSAKey.import_key(public) if kind == "RSA" else ECKey.import_key(public)
        return SigningKey(id_ if isinstance(id_, str) else None, kind, key)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _chosen(keys: Sequence[SigningKey], key_id: str | None, kind: str) -> PublicKey | None:
    """Return the key of this id; without an id the only one of the kind."""
    fitting = [each.key for each in keys if each.kind == kind and (key_id is None or each.id == key_id)]
    return fitting[0] if len(fitting) == 1 else None
