"""What is asked of somebody who has proved one factor and has another, before they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from graph.rows.factors import FactorMethod


@dataclass(frozen=True, slots=True)
class SecondFactorNeeded:
    """What somebody must answer to be signed in; `passkey_options` is JSON for a browser, None without a passkey."""

    challenge_id: str
    challenge: str
    methods: Sequence[FactorMethod]
    passkey_options: str | None
    expires_at: datetime


class AskForFactor(Protocol):
    """Asks for a second factor of who has one."""

    async def __call__(
        self, user_id: str, password_hash: str | None, device: str, word: str = ""
    ) -> SecondFactorNeeded | None:
        """Return what somebody is asked for; None where they have no second factor.

        `password_hash` is that of the password that was proved, None where a provider has said who they are: then `word` is what
        it said, sealed. `device` is what their device is called.
        """
