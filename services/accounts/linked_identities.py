"""Whose account an identity of a provider signs in to, asked at the last moment: when it is used, and when it is linked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from clock import now_ms
from errors import Conflict, Unauthenticated
from graph.errors import ConstraintViolated
from graph.rows.mails import MailKind
from services.accounts.sealed_records import SealedRecords
from services.accounts.sign_up import ProviderAccount
from services.events.command_writer import CommandWriter
from services.mail.writing import MailWriting
from services.sealing import Sealing

WORD_LIFE = timedelta(minutes=10)
"""How long the word of a provider waits for a second factor: longer than the challenge that holds it."""
HAS_ACCOUNT = "An account here has your e-mail address. Log in to it, by a new password if need be, and link this provider there."
UNLINKED = "This provider logs in to no account here any more."


@dataclass(frozen=True, slots=True)
class ProviderWord:
    """Whom a provider has named who is to be signed in.

    `email` is the address by which their account was found, in the spelling that is compared, where that is verified on both
    sides; None where they are linked.
    """

    account: ProviderAccount
    email: str | None = None


@dataclass(frozen=True, slots=True)
class LinkedIdentities:
    """Confirms that a provider may sign somebody in still. `words` keep what it said while a second factor is asked for."""

    writer: CommandWriter
    emails: Sealing
    mail: MailWriting
    words: SealedRecords[ProviderWord]

    async def confirm(self, user_id: str, word: ProviderWord) -> None:
        """Pass where the account of the provider signs somebody in now, and note that it did; by their address it is linked.

        Raises:
            Unauthenticated: it is linked no more, or the account is not in use.
            Conflict: the address is not that of the account any more, or not verified; or it cannot be linked.
            Unavailable: the graph is down.

        """
        if word.email is None:
            await self._use(user_id, word.account)
        elif not await self.link(user_id, word.account, self.emails.fingerprints(word.email)):
            raise Conflict(HAS_ACCOUNT, "email")

    async def confirm_sealed(self, user_id: str, sealed: str) -> None:
        """Do what `confirm` does by a word that was kept; one that has ended signs nobody in."""
        word = self.words.unseal(sealed)
        if word is None:
            raise Unauthenticated(UNLINKED)
        await self.confirm(user_id, word)

    async def link(self, user_id: str, account: ProviderAccount, email_hashes: Sequence[str] | None = None) -> bool:
        """Link somebody to an account of a provider, and tell them by mail; return whether they are linked by it now.

        With the fingerprints of an address, only where that is theirs, and verified.

        Raises:
            Conflict: the account of the provider is linked to somebody else, or they have another one of this provider.

        """
        notices = self.mail.notices(MailKind.PROVIDER_LINKED)
        try:
            row = await self.writer.of_viewer(user_id).write(
                "provider_identities/link",
                events=lambda row: [each.requested() for each in notices if row[0]],
                id=user_id,
                emailHashes=email_hashes,
                identity=account.stored(now_ms()),
                mails=[each.mail for each in notices],
            )
        except ConstraintViolated:
            raise _elsewhere() from None
        if row is None:
            return False
        is_new, owner = row
        if not is_new and owner is None:
            raise Conflict("Another account at this provider is linked to you. Unlink that one first.")
        if not is_new and owner != user_id:
            raise _elsewhere()
        return True

    async def _use(self, user_id: str, account: ProviderAccount) -> None:
        used = await self.writer.write(
            "provider_identities/used", id=user_id, issuer=account.issuer, subject=account.subject, at=now_ms()
        )
        if used is None:
            raise Unauthenticated(UNLINKED)


def _elsewhere() -> Conflict:
    return Conflict("Whom you are at this provider is linked to another account here.")
