"""Rows of second factors: what their owner sees of them, and what somebody is proved by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from clock import moment, moment_or_none
from graph.rows.users import UserRow

PASSKEYS_MAX = 20
"""Most passkeys of one person: more than anybody has devices."""


class FactorMethod(StrEnum):
    """By what somebody can prove who they are."""

    PASSWORD = "PASSWORD"  # noqa: S105 - the name of a method
    TOTP = "TOTP"
    RECOVERY_CODE = "RECOVERY_CODE"
    PASSKEY = "PASSKEY"


class PasskeyUse(StrEnum):
    """What became of an answer of a passkey."""

    ACCEPTED = "ACCEPTED"
    REPEATED = "REPEATED"
    COPIED = "COPIED"


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner sees it. `backed_up` says whether it is on all devices of an account elsewhere."""

    id: str
    user_id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None
    backed_up: bool

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that the statements of `factors/` give: the fields in order."""
        id_, user_id, name, created_at, last_used_at, backed_up = values
        return cls(id_, user_id, name, moment(created_at), moment_or_none(last_used_at), backed_up)


@dataclass(frozen=True, slots=True)
class OwnFactors:
    """The second factors of somebody as they see them: since when they have an authenticator app, if they do, and the others."""

    totp_confirmed_at: datetime | None
    recovery_codes_left: int
    passkeys: Sequence[Passkey]

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `factors/of_viewer` gives: the fields in order."""
        confirmed_at, left, passkeys = values
        return cls(moment_or_none(confirmed_at), left, [Passkey.of(each) for each in passkeys])


@dataclass(frozen=True, slots=True)
class StoredTotp:
    """The secret of an authenticator app, encrypted."""

    id: str
    secret_sealed: str


@dataclass(frozen=True, slots=True)
class StoredCode:
    """The digest of a recovery code, encrypted."""

    id: str
    digest_sealed: str
    is_used: bool


@dataclass(frozen=True, slots=True)
class StoredPasskey:
    """What a browser is told to find a passkey by: what its device calls it, and how to reach the device."""

    credential_id: str
    transports: Sequence[str]


@dataclass(frozen=True, slots=True)
class StoredFactors:
    """By what somebody can prove who they are.

    Devices that were given a token before `devices_since`, in milliseconds since 1970 UTC, are not known any more.
    """

    user: UserRow
    devices_since: int
    has_password: bool
    totp: StoredTotp | None
    codes: Sequence[StoredCode]
    passkeys: Sequence[StoredPasskey]

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `factors/of_person` gives: the fields in order."""
        user, devices_since, has_password, totp, codes, passkeys = values
        return cls(
            UserRow.of(user),
            devices_since,
            has_password,
            None if totp is None else StoredTotp(*totp),
            [StoredCode(*each) for each in codes],
            [StoredPasskey(id_, transports or []) for id_, transports in passkeys],
        )

    @property
    def is_needed(self) -> bool:
        """Whether a password alone is not enough."""
        return self.totp is not None or bool(self.passkeys)

    @property
    def methods(self) -> Sequence[FactorMethod]:
        """Return by what this person proves who they are beside a password, in the order of all methods."""
        there = {
            FactorMethod.TOTP: self.totp is not None,
            FactorMethod.RECOVERY_CODE: self.is_needed and any(not each.is_used for each in self.codes),
            FactorMethod.PASSKEY: bool(self.passkeys),
        }
        return [method for method, is_there in there.items() if is_there]
