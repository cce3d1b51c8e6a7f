"""The relying party of WebAuthn: what browsers are asked for, and whether what they answer is true.

User verification is required everywhere: a passkey that is opened by a fingerprint or a PIN is two factors by itself.
"""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import urlsplit

import orjson
import webauthn
from webauthn.helpers import bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from clock import in_milliseconds
from errors import InvalidInput
from graph.ids import pack, unpack
from graph.rows.factors import StoredPasskey
from services.factors.challenges import LIFE

LOCALHOST = "localhost"
LONGEST = 16_384
"""Most characters of what a browser answers; usual ones have a tenth."""
CREDENTIAL_ID_MAX = 1_023
"""Longest name that a device gives a passkey, in bytes (WebAuthn, 7.1)."""
_TRANSPORTS = {each.value for each in AuthenticatorTransport}


@dataclass(frozen=True, slots=True)
class PresentedPasskey:
    """What a browser answered, before anything of it is believed. Ids and challenge are in base64url."""

    credential: dict[str, Any]
    id: str
    challenge: str
    transports: Sequence[str]
    user_id: str | None
    """Whose the passkey says it is; None where it does not say."""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that a device has made. Id and key are in base64url."""

    credential_id: str
    public_key: str
    sign_count: int
    backed_up: bool


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    """What a passkey has signed: how often it has signed before, and whether it is on several devices."""

    sign_count: int
    backed_up: bool


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks for passkeys: the domain that they are bound to, and the origins whose pages may use them."""

    id: str
    name: str
    origins: Sequence[str]

    @classmethod
    def of(cls, name: str, own_url: str, others: Sequence[str], domain: str) -> Self:
        """Take the server's own address, other origins whose pages may call it, and a domain, by default that of the address.

        Browsers bind no passkey to a number, so that a server of one's own machine is asked for by the name `localhost`.
        """
        url = urlsplit(own_url)
        host = LOCALHOST if _is_own_machine(url.hostname or "") else (url.hostname or "")
        port = "" if url.port is None else f":{url.port}"
        return cls(domain or host, name, [f"{url.scheme}://{host}{port}", *others])

    def creation_options(self, challenge: bytes, user_id: str, username: str, there: Sequence[StoredPasskey]) -> str:
        """Return the options of a registration as JSON, for a person who has these passkeys already."""
        options = webauthn.generate_registration_options(
            rp_id=self.id,
            rp_name=self.name,
            user_id=pack(user_id),
            user_name=username,
            challenge=challenge,
            timeout=in_milliseconds(LIFE),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=_descriptors(there),
        )
        return options_to_json(options)

    def request_options(self, challenge: bytes, allowed: Sequence[StoredPasskey] = ()) -> str:
        """Return the options of a request as JSON: for one of these passkeys, or for any that a device has of this server."""
        options = webauthn.generate_authentication_options(
            rp_id=self.id,
            challenge=challenge,
            timeout=in_milliseconds(LIFE),
            allow_credentials=_descriptors(allowed),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def created(self, presented: PresentedPasskey, challenge: bytes, field: str) -> NewPasskey:
        """Return the passkey that a device has made for this challenge.

        Raises:
            InvalidInput: it was made for something else, or by another page, or its person was not verified.

        """
        try:
            made = webauthn.verify_registration_response(
                credential=presented.credential,
                expected_challenge=challenge,
                expected_rp_id=self.id,
                expected_origin=[*self.origins],
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise InvalidInput(field, f"This passkey cannot be used: {error}.") from error
        except Exception as error:  # the library lets what its decoders raise pass, and the bytes are a stranger's
            raise InvalidInput(field, "This passkey cannot be used.") from error
        if len(made.credential_id) > CREDENTIAL_ID_MAX:
            raise InvalidInput(field, "The id of this passkey is too long.")
        return NewPasskey(
            bytes_to_base64url(made.credential_id),
            bytes_to_base64url(made.credential_public_key),
            made.sign_count,
            made.credential_backed_up,
        )

    def verified(self, presented: PresentedPasskey, challenge: bytes, public_key: str) -> PasskeyAnswer | None:
        """Return what a passkey with this key signed for this challenge, None where it did not.

        The counter is not compared here, but under the lock of the passkey.
        """
        try:
            answer = webauthn.verify_authentication_response(
                credential=presented.credential,
                expected_challenge=challenge,
                expected_rp_id=self.id,
                expected_origin=[*self.origins],
                credential_public_key=_bytes(public_key),
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        except Exception:  # noqa: BLE001 - the same
            return None
        return PasskeyAnswer(answer.new_sign_count, answer.credential_backed_up)


def presented_passkey(text: str, field: str) -> PresentedPasskey:
    """Read what a browser answered, as `PublicKeyCredential.toJSON` writes it.

    Raises:
        InvalidInput: it is something else.

    """
    unreadable = InvalidInput(field, "Send what `JSON.stringify` makes of the PublicKeyCredential.")
    if len(text) > LONGEST:
        raise unreadable
    try:
        credential = orjson.loads(text)
        response = credential["response"]
        challenge = orjson.loads(_bytes(response["clientDataJSON"]))["challenge"]
        handle = response.get("userHandle")
        user_id = None if handle is None else unpack(_bytes(handle))
        transports = [each for each in response.get("transports") or () if each in _TRANSPORTS]
        return PresentedPasskey(credential, str(credential["id"]), str(challenge), transports, user_id)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise unreadable from error


def _descriptors(passkeys: Sequence[StoredPasskey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=_bytes(each.credential_id), transports=[AuthenticatorTransport(way) for way in each.transports]
        )
        for each in passkeys
    ]


def _bytes(text: str) -> bytes:
    """Read base64url without its padding."""
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _is_own_machine(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
