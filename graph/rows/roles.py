"""Roles of accounts: what somebody may do beyond what everybody may."""

from collections.abc import Iterable, Sequence
from enum import StrEnum


class AccountRole(StrEnum):
    """A role. Everybody is a MEMBER, so that alone is not stored."""

    MEMBER = "MEMBER"
    MODERATOR = "MODERATOR"
    ANALYST = "ANALYST"
    ADMINISTRATOR = "ADMINISTRATOR"


def with_member(held: Iterable[AccountRole]) -> Sequence[AccountRole]:
    """Return all roles of somebody who holds these, in the order of the enum."""
    roles = {AccountRole.MEMBER, *held}
    return [role for role in AccountRole if role in roles]
