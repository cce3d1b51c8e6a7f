"""What wrong second factors are counted by: the account, or where somebody is known; recovery codes by where they come from."""

from dataclasses import dataclass
from datetime import timedelta

from keyspace.limits import Allowance, GrowingDelay, Growth

A_DAY = timedelta(days=1)
RECOVERY_CODES_A_DAY = 100
"""Wrong recovery codes of one account from one place. Nobody guesses 120 bits: this bounds what looking at them costs."""


@dataclass(frozen=True, slots=True)
class GivenFrom:
    """From where somebody gives a factor: the place of their client, and the device or the session that was signed in before."""

    place: str
    known: str | None = None


@dataclass(frozen=True, slots=True)
class FactorLimits:
    """Wrong factors of one account: delays between them grow, and there are so many a day."""

    growth: Growth
    attempts_a_day: int

    def of_code(self, user_id: str, given: GivenFrom) -> tuple[GrowingDelay, Allowance]:
        """Return what a code of an app is counted by: that of all who guess, or one for where its owner is known.

        So who knows a password keeps its owner from no device that was signed in before. What is known has a day's allowance
        together, or each device of a thief would give one. Of 40 guesses a day at three of a million codes, one is right in 23
        years.
        """
        if given.known is None:
            return GrowingDelay("factor", user_id, self.growth), Allowance("factor-day", user_id, self.attempts_a_day, A_DAY)
        return (
            GrowingDelay("factor-known", given.known, self.growth),
            Allowance("factor-known-day", user_id, self.attempts_a_day, A_DAY),
        )

    def of_recovery_code(self, user_id: str, given: GivenFrom) -> tuple[GrowingDelay, Allowance]:
        """Return what a recovery code is counted by: who guesses elsewhere keeps nobody from using theirs."""
        whose = f"{user_id} {given.known or given.place}"
        return (
            GrowingDelay("recovery-code", whose, self.growth),
            Allowance("recovery-code-day", whose, RECOVERY_CODES_A_DAY, A_DAY),
        )

    def forgiven(self, user_id: str) -> Allowance:
        """Return how often the guesses of a day are forgotten: whoever reads the mail must not get 20 more by each link."""
        return Allowance("factor-forgiven", user_id, 1, A_DAY)
