"""The providers of an account: linked and unlinked by a person who is signed in, and asked once more who that is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from errors import Conflict, Forbidden, NotFound, Unauthenticated
from graph.rows.mails import MailKind
from graph.rows.provider_identities import LinkedProvider
from services.accounts.provider_log_in import ProviderLogIn, account_of
from services.accounts.provider_proofs import LinkTicket, Proof, Purpose
from services.accounts.sealed_records import SealedRecords
from services.accounts.sessions import Sessions
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.mail.writing import MailWriting
from services.oidc.providers import MOST

CLOCKS = timedelta(seconds=60)
"""By how much the clock of a provider may be behind ours."""


@dataclass(frozen=True, slots=True)
class ProviderLinks:
    """Links and unlinks providers, whose `names` these are, and tells the owner by mail."""

    names: Collection[str]
    writer: CommandWriter
    log_in: ProviderLogIn
    tickets: SealedRecords[LinkTicket]
    sessions: Sessions
    mail: MailWriting

    def ticket(self, viewer: Viewer, provider: str) -> str:
        """Return what lets the viewer's browser begin the way to a provider that is to be linked, from this session alone.

        Raises:
            NotFound: there is no such provider.
            Unauthenticated: their token is of no session.

        """
        if provider not in self.names:
            raise NotFound("provider")
        return self.tickets.seal(_ticket_of(viewer, provider))

    async def link(self, viewer: Viewer, code: str, verifier: str) -> None:
        """Link who the viewer is at a provider. The way there must have begun in this session.

        Raises:
            InvalidInput: the code or the verifier is not good.
            Forbidden: the way began in another session.
            Conflict: that account of the provider is linked to somebody else, or the viewer has another one of this provider.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        async with self.log_in.proofs.taken(code, verifier, Purpose.LINK) as proof:
            if proof.ticket != _ticket_of(viewer, proof.provider):
                raise Forbidden("This was begun in another session. Begin again.")
            if not await self.log_in.identities.link(viewer.id, account_of(proof)):
                raise Unauthenticated

    async def unlink(self, viewer: Viewer, provider: str) -> None:
        """Unlink a provider, by its name.

        Raises:
            Conflict: the viewer has no other way to log in.
            NotFound: it is not linked.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        notices = self.mail.notices(MailKind.PROVIDER_UNLINKED)
        row = await self.writer.of_viewer(viewer.id).write(
            "provider_identities/unlink",
            events=lambda row: [each.requested() for each in notices if all(row)],
            viewer=viewer.id,
            provider=provider,
            mails=[each.mail for each in notices],
        )
        if row is None:
            raise Unauthenticated
        is_linked, has_other = row
        if not is_linked:
            raise NotFound("linked provider")
        if not has_other:
            raise Conflict("This is your only way to log in. Set a password or link another provider first.")

    async def all(self, viewer: Viewer) -> Sequence[LinkedProvider]:
        """Return the providers that are linked to the viewer's account, the first that was linked first."""
        graph = self.writer.of_viewer(viewer.id).graph
        return [LinkedProvider.of(row) for row in await graph.read("provider_identities/of_user", viewer=viewer.id, limit=MOST)]

    async def reauthenticate(self, viewer: Viewer, code: str, verifier: str) -> datetime:
        """Note that the viewer has proved once more who they are, by a linked provider; return until when that counts.

        A provider knows people for months. So it must say that it asked them on this very way.

        Raises:
            InvalidInput: the code or the verifier is not good.
            Forbidden: the provider does not say that it asked, that is another account than one linked to the viewer, or they
                have a second factor, which a provider alone does not take the place of.
            SessionEnded: the session has ended.

        """
        async with self.log_in.proofs.taken(code, verifier, Purpose.REAUTHENTICATE) as proof:
            return await self._proved(viewer, proof)

    async def _proved(self, viewer: Viewer, proof: Proof) -> datetime:
        asked_at = proof.identity.authenticated_at
        if asked_at is None or asked_at < proof.began_at / 1_000 - CLOCKS.total_seconds():
            raise Forbidden("The provider does not say that it asked you anew.")
        if await self.log_in.ask_for_factor(viewer.id, None, "") is not None:
            raise Forbidden("You have a second factor. Prove who you are by a passkey, or log in again.")
        known = await self.log_in.known(proof.identity)
        if known.linked is None or known.linked.id != viewer.id:
            raise Forbidden("This account of the provider is not linked to yours.")
        return await self.sessions.note_authenticated(viewer, by_factor=False)


def _ticket_of(viewer: Viewer, provider: str) -> LinkTicket:
    if viewer.session is None:
        raise Unauthenticated("This token is of no session.")
    return LinkTicket(provider, viewer.id, viewer.session.id)
