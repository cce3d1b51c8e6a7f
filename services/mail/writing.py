"""Mails that a statement writes, in the transaction of what they tell of; the worker sends them later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from clock import in_milliseconds, now_ms
from errors import Unavailable
from graph.ids import new_id
from graph.rows.mails import LinkPurpose, MailKind, MailState
from services.events.mail_events import MailRequested
from services.mail.links import LinkTokens, digest_of

PURPOSES = {
    MailKind.VERIFY_EMAIL: LinkPurpose.VERIFY,
    MailKind.CONFIRM_EMAIL: LinkPurpose.CHANGE,
    MailKind.RESET_PASSWORD: LinkPurpose.RESET,
}
"""What the link of a mail does, for mails that carry one."""


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail as a statement writes it: the properties of its node, and of its link, if it carries one.

    The statement adds whose they are, and the address.
    """

    id: str
    kind: MailKind
    mail: Mapping[str, object]
    link: Mapping[str, object] | None

    def requested(self) -> MailRequested:
        """Return the event that is written with it, so that a worker sends it at once."""
        return MailRequested(mail_id=self.id, kind=self.kind.value)


@dataclass(frozen=True, slots=True)
class MailWriting:
    """Makes mails to be written. `lives` is how long links are good, `is_on` whether this installation sends mail."""

    tokens: LinkTokens
    lives: Mapping[LinkPurpose, timedelta]
    is_on: bool

    def new(self, kind: MailKind, id_: str | None = None, at: int | None = None) -> NewMail:
        """Return a mail; `id_` and `at` are those of what asked for it, where it may be asked for twice.

        Raises:
            Unavailable: this installation sends no mail.

        """
        self.check_on()
        id_, at = id_ or new_id(), at or now_ms()
        purpose = PURPOSES.get(kind)
        mail = {"id": id_, "kind": kind.value, "state": MailState.WAITING.value, "createdAt": at, "dueAt": at, "attempts": 0}
        return NewMail(id_, kind, mail, None if purpose is None else self._link(id_, purpose, at))

    def notices(self, kind: MailKind) -> Sequence[NewMail]:
        """Return a mail for something that is done whether or not it can be told: none where this installation sends no mail."""
        return [self.new(kind)] if self.is_on else []

    def check_on(self) -> None:
        """Raise Unavailable where this installation sends no mail."""
        if not self.is_on:
            raise Unavailable("This server sends no e-mail.")

    def end_of(self, purpose: LinkPurpose, at: int) -> int:
        """Return when a link of a moment ends; both in milliseconds since 1970 UTC."""
        return at + in_milliseconds(self.lives[purpose])

    def _link(self, mail_id: str, purpose: LinkPurpose, at: int) -> Mapping[str, object]:
        return {
            "id": mail_id,
            "tokenHash": digest_of(self.tokens.new(mail_id)),
            "purpose": purpose.value,
            "createdAt": at,
            "expiresAt": self.end_of(purpose, at),
        }
