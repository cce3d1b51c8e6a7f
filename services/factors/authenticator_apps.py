"""Authenticator apps: setting one up, confirming it by a code, removing it; and recovery codes, which stand in for any factor."""

from collections.abc import Sequence
from dataclasses import dataclass

from clock import now_ms
from errors import Conflict, InvalidInput, NotFound, ReauthenticationNeeded, Unauthenticated
from graph.ids import new_id
from graph.rows.factors import FactorMethod, OwnFactors
from graph.rows.mails import MailKind
from services.accounts.sessions import Sessions
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.events.factor_events import FactorAdded, FactorRemoved
from services.factors.recovery_codes import new_codes
from services.factors.sealed import FactorSeals
from services.factors.totp import address_of, counter_of, new_secret
from services.mail.writing import MailWriting

CONFIRMED = "Your authenticator app is confirmed already. If you did not see recovery codes, renew them."


@dataclass(frozen=True, slots=True)
class EnrolledTotp:
    """A secret for an authenticator app, in base32, and as the address that apps read from a picture; never shown again."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class AuthenticatorApps:
    """Sets up and removes authenticator apps. `product` is what they call this installation.

    Who has a factor adds and removes others only after they have just proved one: a password is not enough.
    """

    writer: CommandWriter
    sessions: Sessions
    seals: FactorSeals
    mail: MailWriting
    product: str

    async def of(self, viewer: Viewer) -> OwnFactors:
        """Return what the viewer sees of their factors.

        Raises:
            Unauthenticated: the viewer's account is gone or not in use.

        """
        found = await self.writer.of_viewer(viewer.id).graph.read("factors/of_viewer", viewer=viewer.id)
        if found is None:
            raise Unauthenticated
        return OwnFactors.of(found)

    async def enrol(self, viewer: Viewer) -> EnrolledTotp:
        """Make a secret, which counts when it is confirmed. One that was not confirmed is good no more.

        Raises:
            Conflict: they have an app already.
            ReauthenticationNeeded: they have another factor, which they did not prove a short time ago.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        is_proved, secret = await self.sessions.has_recent_factor(viewer), new_secret()
        row = await self.writer.of_viewer(viewer.id).write(
            "factors/enrol_totp",
            viewer=viewer.id,
            id=new_id(),
            secretSealed=self.seals.totp.seal(secret),
            isProved=is_proved,
            at=now_ms(),
        )
        if row is None:
            raise Unauthenticated
        username, is_unproved, is_there = row
        if is_unproved:
            raise ReauthenticationNeeded
        if is_there:
            raise Conflict("You have an authenticator app already. Remove it first.")
        return EnrolledTotp(secret, address_of(secret, username, self.product))

    async def confirm(self, viewer: Viewer, code: str) -> Sequence[str] | None:
        """Let the secret count by a code of the app. Return recovery codes where they had no factor before, else None.

        Raises:
            InvalidInput: on `code`, which is wrong; or there is no app to be confirmed.
            Conflict: the app is confirmed already, perhaps by an answer that got lost. It says nothing of the code, or that
                could be guessed here.
            ReauthenticationNeeded: they have another factor, which they did not prove a short time ago.

        """
        is_proved = await self.sessions.has_recent_factor(viewer)
        writer = self.writer.of_viewer(viewer.id)
        found = await writer.graph.from_leader().read("factors/app_to_confirm", viewer=viewer.id)
        if found is not None and found[2]:
            raise Conflict(CONFIRMED)
        counter = None if found is None else counter_of(self.seals.totp.unseal(found[1]), code)
        if counter is None:
            raise InvalidInput("code", "This is not the code that your app shows now.")
        codes, notices = new_codes(), self.mail.notices(MailKind.TOTP_ADDED)

        def events(row: tuple[bool, bool]) -> list[Event]:
            if row[0]:
                return []
            return [FactorAdded(user_id=viewer.id, method=FactorMethod.TOTP.value), *(each.requested() for each in notices)]

        row = await writer.write(
            "factors/confirm_totp",
            events=events,
            viewer=viewer.id,
            id=found[0],
            counter=counter,
            isProved=is_proved,
            at=now_ms(),
            codes=self.seals.rows_of(codes),
            mails=[each.mail for each in notices],
        )
        if row is None:
            raise Conflict("This app was confirmed meanwhile, or another one was set up.")
        is_unproved, is_first = row
        if is_unproved:
            raise ReauthenticationNeeded
        await self.sessions.note_added_factor(viewer)
        return codes if is_first else None

    async def remove(self, viewer: Viewer) -> None:
        """Remove the app.

        Raises:
            NotFound: the viewer has none.
            ReauthenticationNeeded: they did not prove a factor a short time ago.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await self.sessions.check_recent_factor(viewer)
        notices = self.mail.notices(MailKind.TOTP_REMOVED)

        def events(removed: bool) -> list[Event]:
            gone = FactorRemoved(user_id=viewer.id, method=FactorMethod.TOTP.value)
            return [gone, *(each.requested() for each in notices)] if removed else []

        removed = await self.writer.of_viewer(viewer.id).write(
            "factors/remove_totp", events=events, viewer=viewer.id, mails=[each.mail for each in notices]
        )
        if removed is None:
            raise Unauthenticated
        if not removed:
            raise NotFound("authenticator app")

    async def renew_codes(self, viewer: Viewer) -> Sequence[str]:
        """Replace the recovery codes, and return the new ones.

        Raises:
            Conflict: the viewer has no factor that they would stand in for.
            ReauthenticationNeeded: they did not prove a factor a short time ago.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await self.sessions.check_recent_factor(viewer)
        codes, notices = new_codes(), self.mail.notices(MailKind.RECOVERY_CODES_RENEWED)

        def events(renewed: bool) -> list[Event]:
            added = FactorAdded(user_id=viewer.id, method=FactorMethod.RECOVERY_CODE.value)
            return [added, *(each.requested() for each in notices)] if renewed else []

        renewed = await self.writer.of_viewer(viewer.id).write(
            "factors/renew_recovery_codes",
            events=events,
            viewer=viewer.id,
            at=now_ms(),
            codes=self.seals.rows_of(codes),
            mails=[each.mail for each in notices],
        )
        if renewed is None:
            raise Unauthenticated
        if not renewed:
            raise Conflict("Recovery codes come with an authenticator app or a passkey. Add one first.")
        return codes
