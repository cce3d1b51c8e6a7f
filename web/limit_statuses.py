"""What clients are told of the limits that an operation counted against, in headers and in `extensions.limits`.

The headers are `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-11: lists of structured fields, in
which each limit has its name, the quota `q` of the window `w`, what remains of it `r`, and the seconds `t` until all is back.
"""

from collections.abc import Mapping
from typing import NamedTuple

from starlette.types import Scope

from web.headers import Header

_STATUSES = "rookery.limits"
"""Key of the scope under which they stand, by the names of the limits."""


class LimitStatus(NamedTuple):
    """How one limit stands; times are in seconds."""

    name: str
    quota: int
    window: int
    remaining: int
    reset: int


def note(scope: Scope, status: LimitStatus) -> None:
    """Keep a status for the answer, in place of an older one of the same limit."""
    scope.setdefault(_STATUSES, {})[status.name] = status


def headers_of_limits(scope: Scope) -> tuple[Header, ...]:
    """Return the headers, none where nothing was counted."""
    statuses = _noted(scope).values()
    if not statuses:
        return ()
    policies = ", ".join(f'"{each.name}";q={each.quota};w={each.window}' for each in statuses)
    states = ", ".join(f'"{each.name}";r={each.remaining};t={each.reset}' for each in statuses)
    return ((b"ratelimit-policy", policies.encode()), (b"ratelimit", states.encode()))


def listed(scope: Scope) -> list[dict[str, object]]:
    """Return what stands in `extensions.limits`."""
    return [each._asdict() for each in _noted(scope).values()]


def _noted(scope: Scope) -> Mapping[str, LimitStatus]:
    noted: Mapping[str, LimitStatus] = scope.get(_STATUSES, {})
    return noted
