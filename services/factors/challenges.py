"""Challenges: what somebody is asked to answer with a factor, signed and not stored.

A challenge says itself what it is for, whose, and until when, so asking for any number of them stores nothing. Its bytes are
those that a passkey signs, and its text is what a client sends back: both are the same challenge.
"""

import hmac
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum

import orjson

from clock import in_milliseconds, now_ms
from graph.ids import id_at, new_id
from services.derived_keys import derived_key, rotated

LIFE = timedelta(minutes=5)
"""How long a challenge can be answered: long enough to find the telephone, or to type a recovery code."""
_SIGNATURE = 32
"""Bytes of an HMAC by SHA-256."""
LONGEST = 4_096
"""Most characters of a challenge; ours have about 500, with the longest name of a device, and 3,000 with the longest word of a
provider."""


class ChallengePurpose(StrEnum):
    """What the answer to a challenge does. One for another purpose is none."""

    LOG_IN = "LOG_IN"
    PASSKEY_LOG_IN = "PASSKEY_LOG_IN"
    REAUTHENTICATION = "REAUTHENTICATION"
    REGISTRATION = "REGISTRATION"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is asked of somebody. `ends_at` is in milliseconds since 1970 UTC.

    Attributes:
        id: Which one it is.
        purpose: What the answer does.
        ends_at: Until when it can be answered.
        user_id: Who may answer it; empty for whoever has a passkey.
        bound_to: What must not have changed until then: a digest of the password that was proved, or a session.
        device: What the device that logs in is called.
        word: What a provider said of who logs in, sealed; empty where a password was proved.

    """

    id: str
    purpose: ChallengePurpose
    ends_at: int
    user_id: str = ""
    bound_to: str = ""
    device: str = ""
    word: str = ""


class Challenges:
    """Makes and reads challenges; `now` is in milliseconds since 1970 UTC."""

    def __init__(self, secrets: str, now: Callable[[], int] = now_ms) -> None:
        """Sign with the first of the comma separated secrets, and accept all of them."""
        self._keys = [derived_key(secret, "challenge") for secret in rotated(secrets)]
        self._now = now

    def new(
        self, purpose: ChallengePurpose, user_id: str = "", bound_to: str = "", device: str = "", word: str = ""
    ) -> Challenge:
        """Return a challenge that can be answered from now on."""
        return Challenge(new_id(), purpose, self._now() + in_milliseconds(LIFE), user_id, bound_to, device, word)

    def bytes_of(self, challenge: Challenge) -> bytes:
        """Return what a passkey is to sign that is asked now; for what one has signed, see `bytes_in`."""
        said = orjson.dumps(asdict(challenge))
        return hmac.digest(self._keys[0], said, "sha256") + said

    def text_of(self, challenge: Challenge) -> str:
        """Return what a client sends back: the same bytes in base64url, as browsers write them."""
        return urlsafe_b64encode(self.bytes_of(challenge)).decode().rstrip("=")

    def read(self, text: str, purpose: ChallengePurpose) -> Challenge | None:
        """Return a challenge that can be answered now, None for another text."""
        if len(text) > LONGEST:
            return None
        try:
            read = bytes_in(text)
        except ValueError:
            return None
        signature, said = read[:_SIGNATURE], read[_SIGNATURE:]
        if not any(hmac.compare_digest(hmac.digest(key, said, "sha256"), signature) for key in self._keys):
            return None
        values = orjson.loads(said)
        challenge = Challenge(**{**values, "purpose": ChallengePurpose(values["purpose"])})
        return challenge if challenge.purpose is purpose and challenge.ends_at > self._now() else None

    def digest(self, text: str) -> str:
        """Return what a challenge is bound to, for what stands in no challenge itself, such as the hash of a password."""
        return _digest(self._keys[0], text)

    def is_digest(self, digest: str, text: str) -> bool:
        """Return whether a challenge was bound to this by any of the secrets: processes may differ in the first."""
        return any(hmac.compare_digest(_digest(key, text), digest) for key in self._keys)


def bytes_in(text: str) -> bytes:
    """Return the bytes of a challenge as it was written, by whichever secret.

    Raises:
        ValueError: this is no base64url.

    """
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def oldest_challenge() -> str:
    """Return an id below which no challenge stands any more, whatever clocks of servers differ by: twice its life ago."""
    return id_at(now_ms() - 2 * in_milliseconds(LIFE), 0)


def _digest(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256")[:16].hex()
