"""Signing up, limited by address: each new account costs a password hash, and a flood of them would lock others out."""

from dataclasses import dataclass
from datetime import timedelta

from graph.idempotency import Once
from graph.rows.mails import Language
from keyspace.limits import Allowance, RateLimits
from services.accounts.client_address import site_of
from services.accounts.devices import UNKNOWN
from services.accounts.sign_up import SignUp
from services.accounts.viewer import SignedIn


@dataclass(frozen=True, slots=True)
class LimitedSignUp:
    """Signs users up, at most `attempts` from one address within a window."""

    sign_up: SignUp
    limits: RateLimits
    attempts: int
    window: timedelta

    async def run(
        self,
        username: str,
        email: str,
        password: str,
        display_name: str | None,
        address: str,
        once: Once | None = None,
        *,
        device: str = UNKNOWN,
        language: Language | None = None,
    ) -> SignedIn:
        """Sign somebody up; `address` is the IP address of the client. A sign-up that `SignUp` refuses counts as well.

        Raises:
            RateLimited: too many from this address.
            Unavailable: Redis is down, so that nothing can be counted.

        """
        await self.limits.take(Allowance("sign-up", site_of(address), self.attempts, self.window))
        return await self.sign_up.run(
            username, email, password, display_name, once, client_address=address, device=device, language=language
        )

    async def repeated(self, user_id: str, username: str) -> None:
        """Let everybody see somebody who signed up before; see `SignUp.repeated`."""
        await self.sign_up.repeated(user_id, username)
