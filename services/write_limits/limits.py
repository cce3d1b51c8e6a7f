"""The limits of this installation, the attempts that count against them, and what clients are told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from keyspace.limits import Allowance, RateLimits
from services.accounts.viewer import Viewer
from services.events.attempt import Attempt
from services.settings import Settings
from services.write_limits.outcomes import WriteLimit, WriteOutcomes


@dataclass(frozen=True, slots=True)
class WriteQuota:
    """So many writes of a person at once, which come back one by one over the window; `of_token` is for each token of theirs.

    Without the second, a token may do as much as its person.
    """

    of_person: int
    of_token: int | None
    window: timedelta


@dataclass(frozen=True, slots=True)
class WriteLimits:
    """What people may write."""

    limits: RateLimits
    quotas: Mapping[WriteLimit, WriteQuota]
    outcomes: WriteOutcomes = field(default_factory=WriteOutcomes)

    def attempt(self, limit: WriteLimit, viewer: Viewer) -> Attempt:
        """Return an attempt of a viewer, and of the token that they came with, if it is a program's."""
        quota = self.quotas[limit]
        allowances = [Allowance(limit.value, viewer.id, quota.of_person, quota.window)]
        if viewer.token_id is not None and quota.of_token is not None:
            allowances.append(Allowance(limit.of_token, viewer.token_id, quota.of_token, quota.window))
        return Attempt(self.limits, allowances, partial(self.outcomes.ended, limit))


def write_quotas(settings: Settings) -> Mapping[WriteLimit, WriteQuota]:
    """Return the quotas of the settings."""
    return {
        WriteLimit.POSTS: WriteQuota(settings.posts_per_person, settings.posts_per_token, settings.post_window),
        WriteLimit.FOLLOWS: WriteQuota(settings.follows_per_person, settings.follows_per_token, settings.follow_window),
        WriteLimit.LIKES: WriteQuota(settings.likes_per_person, settings.likes_per_token, settings.like_window),
    }


class LimitStatus(NamedTuple):
    """How a limit stands, as clients are told of it: `window` and `reset` are in whole seconds.

    `remaining` writes are possible now; after `reset` all have come back.
    """

    name: str
    quota: int
    window: int
    remaining: int
    reset: int


def statuses_of(attempt: Attempt) -> Sequence[LimitStatus]:
    """Return what an attempt learnt of the limits that it counts against; nothing where it was not counted."""
    return [
        LimitStatus(each.scope, each.attempts, round(each.window.total_seconds()), state.left, state.restored)
        for each, state in attempt.states
    ]
