"""Rows of mails that wait to be sent, and of the address of an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Language(StrEnum):
    """A language in which mails are written."""

    EN = "EN"
    DE = "DE"


class MailKind(StrEnum):
    """What a mail tells; its texts are named so in lower case."""

    VERIFY_EMAIL = "VERIFY_EMAIL"
    CONFIRM_EMAIL = "CONFIRM_EMAIL"
    EMAIL_CHANGE_REQUESTED = "EMAIL_CHANGE_REQUESTED"
    EMAIL_CHANGED = "EMAIL_CHANGED"
    RESET_PASSWORD = "RESET_PASSWORD"  # noqa: S105 - the name of a mail
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - the same: by a link
    OWN_PASSWORD_CHANGED = "OWN_PASSWORD_CHANGED"  # noqa: S105 - the same: by who is signed in and knew the one before
    SESSION_STOLEN = "SESSION_STOLEN"
    NEW_DEVICE = "NEW_DEVICE"
    TOTP_ADDED = "TOTP_ADDED"
    TOTP_REMOVED = "TOTP_REMOVED"
    PASSKEY_ADDED = "PASSKEY_ADDED"
    PASSKEY_REMOVED = "PASSKEY_REMOVED"
    PASSKEY_COPIED = "PASSKEY_COPIED"
    RECOVERY_CODES_RENEWED = "RECOVERY_CODES_RENEWED"
    RECOVERY_CODE_USED = "RECOVERY_CODE_USED"
    FACTORS_RESET = "FACTORS_RESET"
    STRANGERS_FACTORS_REMOVED = "STRANGERS_FACTORS_REMOVED"
    PROVIDER_LINKED = "PROVIDER_LINKED"
    PROVIDER_UNLINKED = "PROVIDER_UNLINKED"


class LinkPurpose(StrEnum):
    """What a link in a mail does."""

    VERIFY = "VERIFY"
    CHANGE = "CHANGE"
    RESET = "RESET"


class MailState(StrEnum):
    """Whether a mail is still to be sent. One that was sent is gone."""

    WAITING = "WAITING"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class MailLink:
    """The link of a mail: the digest of its token, when it ends in milliseconds since 1970 UTC, and whether it was not used."""

    token_hash: str
    expires_at: int
    is_unused: bool


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that one worker has taken to send it. `created_at` is in milliseconds since 1970 UTC, `attempts` counts this one.

    `to_sealed` is the address, encrypted; without a `language` that of the settings is used.
    """

    id: str
    kind: MailKind
    created_at: int
    attempts: int
    to_sealed: str
    username: str
    language: Language | None
    link: MailLink | None

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `mail/claim` gives: the fields in order, those of the link last."""
        id_, kind, created_at, attempts, to_sealed, username, language, token_hash, expires_at, is_unused = values
        link = None if token_hash is None else MailLink(token_hash, expires_at, is_unused)
        spoken = None if language is None else Language(language)
        return cls(id_, MailKind(kind), created_at, attempts, to_sealed, username, spoken, link)
