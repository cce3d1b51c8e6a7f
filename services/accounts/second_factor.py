"""What is asked of somebody who has proved one factor and has another, before they are signed in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.rows.factors import FactorMethod


@dataclass(frozen=True, slots=True)
class SecondFactorNeeded:
    """What somebody must answer to be signed in; `passkey_options` is JSON for a browser, None without a passkey."""

    challenge: str
    methods: Sequence[FactorMethod]
    passkey_options: str | None
    expires_at: datetime


AskForFactor = Callable[[str, str | None, str], Awaitable[SecondFactorNeeded | None]]
"""Takes the id of a person, the hash of the password that was proved (None: somebody else has said who they are), and what the
device is called. Returns what is asked of them; None where they have no second factor."""
