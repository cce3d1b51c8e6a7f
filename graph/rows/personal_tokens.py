"""Rows of tokens that people make for their programs: what they prove, and what their owners see of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from clock import moment, moment_or_none

TOKENS_MAX = 50
"""Most tokens of one person: more than anybody can tell apart."""


class TokenScope(StrEnum):
    """What a token opens. Each one opens what READ does, since every answer is read."""

    READ = "READ"
    WRITE = "WRITE"
    ANALYTICS = "ANALYTICS"
    ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """What a token proves: whose it is, by a digest of its secret, what it opens, and until when in milliseconds since 1970 UTC.

    Nothing of it ever changes: a token is made and ends.
    """

    user_id: str
    user_key: int
    secret_hash: str
    scopes: frozenset[TokenScope]
    expires_at: int

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `personal_tokens/by_id` gives: the fields in order."""
        user_id, key, secret_hash, scopes, expires_at = values
        return cls(user_id, key, secret_hash, frozenset(map(TokenScope, scopes)), expires_at)


@dataclass(frozen=True, slots=True)
class PersonalToken:
    """A token as its owner sees it, without its secret. `last_used_at` is a minute, and may be one behind."""

    id: str
    user_id: str
    name: str
    scopes: Sequence[TokenScope]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that the statements of `personal_tokens/` give: the fields in order."""
        id_, user_id, name, scopes, created_at, expires_at, last_used_at = values
        opens = [TokenScope(scope) for scope in scopes]
        return cls(id_, user_id, name, opens, moment(created_at), moment(expires_at), moment_or_none(last_used_at))
