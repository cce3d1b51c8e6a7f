"""Passkeys of somebody: adding, naming and removing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clock import moment, now_ms
from errors import Conflict, InvalidInput, NotFound, ReauthenticationNeeded, Unauthenticated
from graph.errors import ConstraintViolated
from graph.rows.factors import PASSKEYS_MAX, FactorMethod, Passkey
from graph.rows.mails import MailKind
from services.accounts.sessions import Sessions
from services.accounts.viewer import Viewer
from services.events.event import Event
from services.events.factor_events import FactorAdded, FactorRemoved
from services.factors.challenges import ChallengePurpose, bytes_in
from services.factors.passkey_log_in import PasskeyOptions
from services.factors.proving import FactorProving
from services.factors.recovery_codes import new_codes
from services.factors.relying_party import presented_passkey
from services.text import is_blank, one_line

NAME_MAX = 60
"""Longest name of a passkey, in characters."""
_ENDED = "This registration was begun too long ago, or by somebody else. Begin again."


@dataclass(frozen=True, slots=True)
class AddedPasskey:
    """A passkey that was just added, and recovery codes where it is the first factor of its owner."""

    passkey: Passkey
    recovery_codes: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Passkeys:
    """Adds, names and removes passkeys. Who has a factor needs to have just proved one, as for apps."""

    proving: FactorProving
    sessions: Sessions

    async def begin(self, viewer: Viewer) -> PasskeyOptions:
        """Return what a browser is asked for to make a passkey, in this session.

        Raises:
            ReauthenticationNeeded: they have a factor, which they did not prove a short time ago.
            Unauthenticated: the viewer's account is gone.

        """
        is_proved, stored = await self.sessions.has_recent_factor(viewer), await self.proving.of(viewer.id)
        if stored is None:
            raise Unauthenticated
        if stored.is_needed and not is_proved:
            raise ReauthenticationNeeded
        challenges = self.proving.challenges
        challenge = challenges.new(ChallengePurpose.REGISTRATION, viewer.id, viewer.session_id or "")
        options = self.proving.party.creation_options(
            challenges.bytes_of(challenge), viewer.id, stored.user.username, stored.passkeys
        )
        return PasskeyOptions(options, moment(challenge.ends_at))

    async def finish(self, viewer: Viewer, credential: str, name: str) -> AddedPasskey:
        """Add a passkey that a browser has made.

        Raises:
            InvalidInput: on `credential`, which answers no registration of this session, or was made by another page or without
                verifying its person; or on `name`.
            Conflict: it is added already, or they have `PASSKEYS_MAX`.
            ReauthenticationNeeded: they have a factor, which they did not prove a short time ago.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        named, presented = _name(name), presented_passkey(credential, "credential")
        challenge = self.proving.challenges.read(presented.challenge, ChallengePurpose.REGISTRATION)
        if challenge is None or (challenge.user_id, challenge.bound_to) != (viewer.id, viewer.session_id or ""):
            raise InvalidInput("credential", _ENDED)
        made = self.proving.party.created(presented, bytes_in(presented.challenge), "credential")
        at = now_ms()
        passkey = {
            # The id of the challenge, so that a registration makes one passkey: the constraint on ids refuses a second.
            "id": challenge.id, "credentialId": made.credential_id, "publicKey": made.public_key, "signCount": made.sign_count,
            "name": named, "transports": presented.transports, "backedUp": made.backed_up, "createdAt": at,
        }
        try:
            return await self._add(viewer, passkey, at)
        except ConstraintViolated as error:
            raise Conflict("This passkey is added already.", "credential") from error

    async def _add(self, viewer: Viewer, passkey: dict[str, object], at: int) -> AddedPasskey:
        is_proved = await self.sessions.has_recent_factor(viewer)
        codes, notices = new_codes(), self.proving.mail.notices(MailKind.PASSKEY_ADDED)

        def events(row: Sequence[Any]) -> list[Event]:
            added = FactorAdded(user_id=viewer.id, method=FactorMethod.PASSKEY.value)
            return [] if row[2] is None else [added, *(each.requested() for each in notices)]

        row = await self.proving.writer.of_viewer(viewer.id).write(
            "factors/add_passkey",
            events=events,
            viewer=viewer.id,
            passkey=passkey,
            isProved=is_proved,
            at=at,
            most=PASSKEYS_MAX,
            codes=self.proving.seals.rows_of(codes),
            mails=[each.mail for each in notices],
        )
        if row is None:
            raise Unauthenticated
        is_unproved, is_first, made = row
        if is_unproved:
            raise ReauthenticationNeeded
        if made is None:
            raise Conflict(f"You have {PASSKEYS_MAX} passkeys already. Remove one first.")
        await self.sessions.note_added_factor(viewer)
        return AddedPasskey(Passkey.of(made), codes if is_first else None)

    async def rename(self, viewer: Viewer, passkey_id: str, name: str) -> Passkey:
        """Call a passkey something else.

        Raises:
            InvalidInput: the name is blank or too long.
            NotFound: the viewer has no such passkey.

        """
        row = await self.proving.writer.of_viewer(viewer.id).write(
            "factors/rename_passkey", viewer=viewer.id, id=passkey_id, name=_name(name)
        )
        if row is None:
            raise NotFound("passkey")
        return Passkey.of(row)

    async def remove(self, viewer: Viewer, passkey_id: str) -> None:
        """Remove a passkey: nobody logs in by it from now on.

        Raises:
            NotFound: the viewer has no such passkey.
            ReauthenticationNeeded: they did not prove a factor a short time ago.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await self.sessions.check_recent_factor(viewer)
        notices = self.proving.mail.notices(MailKind.PASSKEY_REMOVED)

        def events(removed: bool) -> list[Event]:
            gone = FactorRemoved(user_id=viewer.id, method=FactorMethod.PASSKEY.value)
            return [gone, *(each.requested() for each in notices)] if removed else []

        removed = await self.proving.writer.of_viewer(viewer.id).write(
            "factors/remove_passkey",
            events=events,
            viewer=viewer.id,
            id=passkey_id,
            mails=[each.mail for each in notices],
        )
        if removed is None:
            raise Unauthenticated
        if not removed:
            raise NotFound("passkey")


def _name(text: str) -> str:
    name = one_line("name", text, NAME_MAX)
    if is_blank(name):
        raise InvalidInput("name", "Name the passkey, so that you know later which device it is on.")
    return name
