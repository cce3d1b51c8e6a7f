"""Every property of the graph that is sealed. Whoever seals another adds it here; a test compares the list with `cypher/`."""

from dataclasses import dataclass

from services.accounts.email_addresses import EmailAddress
from services.factors.sealed import RECOVERY_CODES, TOTP_SECRETS
from services.sealing import Sealing


@dataclass(frozen=True, slots=True)
class SealedProperty:
    """A property and the statements that page through it and write it anew. `purpose` is that of its `Sealing`."""

    name: str
    purpose: str
    page: str
    """Returns rows [id, sealed] behind an id."""
    reseal: str
    """Takes rows [id, sealed before, sealed anew, fingerprint], and leaves those that were changed meanwhile."""
    is_address: bool = False
    """Whether a fingerprint of it as an e-mail address stands beside it."""

    def fingerprint(self, sealing: Sealing, text: str) -> str | None:
        """Return the fingerprint that stands beside this text, if any does."""
        return sealing.fingerprint(EmailAddress(text).identity) if self.is_address else None


SEALED = (
    # Accounts first: links and mails copy their addresses.
    SealedProperty("Account.emailSealed", "e-mail", "sealed/accounts", "sealed/reseal_accounts", is_address=True),
    SealedProperty("EmailLink.emailSealed", "e-mail", "sealed/email_links", "sealed/reseal_email_links"),
    SealedProperty("Mail.toSealed", "e-mail", "sealed/mails", "sealed/reseal_mails"),
    SealedProperty("TotpFactor.secretSealed", TOTP_SECRETS, "sealed/totp_factors", "sealed/reseal_totp_factors"),
    SealedProperty("RecoveryCode.digestSealed", RECOVERY_CODES, "sealed/recovery_codes", "sealed/reseal_recovery_codes"),
)
