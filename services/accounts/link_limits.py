"""How often links may be asked for, and how often links that are not good may be followed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from errors import InvalidInput
from keyspace.limits import Allowance, RateLimits
from services.accounts.client_address import site_of
from services.events.backoff import TROUBLE


@dataclass(frozen=True, slots=True)
class LinkLimits:
    """Mails for one account or to one address, and from one network, within a window.

    They keep mailboxes from being flooded by strangers; links cannot be guessed, but each try costs a lookup.
    """

    limits: RateLimits
    mails: int
    mails_per_address: int
    window: timedelta

    async def take_request(self, scope: str, *subjects: str, network: str | None = None) -> None:
        """Count a mail for each subject, an account or the fingerprint of an address, and for a network.

        Raises:
            RateLimited: there were too many.
            Unavailable: Redis is down, so that nothing can be counted.

        """
        counted = [Allowance(scope, subject, self.mails, self.window) for subject in subjects]
        if network is not None:
            counted.append(Allowance(f"{scope}-address", site_of(network), self.mails_per_address, self.window))
        await self.limits.take(*counted)

    @asynccontextmanager
    async def following(self, network: str) -> AsyncIterator[None]:
        """Count that a client follows a link, unless the block shows that the link is good, or nothing.

        Raises:
            RateLimited: too many that were not good came from its network.
            Unavailable: Redis is down, so that nothing can be counted.

        """
        tried = Allowance("link", site_of(network), self.mails_per_address, self.window)
        await self.limits.take(tried)
        is_spent = False
        try:
            yield
        except InvalidInput as error:
            is_spent = error.field == "token"
            raise
        finally:
            if not is_spent:
                with suppress(*TROUBLE):  # what was done is done, and the window ends by itself
                    await self.limits.give_back(tried)
