"""Events of mail."""

from dataclasses import dataclass

from services.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRequested(Event, type="mail.requested"):
    """A mail was written for somebody, and is to be sent."""

    mail_id: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordResetRequested(Event, type="mail.reset_requested"):
    """Somebody forgot the password of the account with an address; perhaps none has it. It has a fingerprint by each key."""

    email_hashes: tuple[str, ...]
