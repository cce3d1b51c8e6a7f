"""Rows of the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

import orjson

from clock import moment


class AuditAction(StrEnum):
    """What was done."""

    ROLE_GRANTED = "ROLE_GRANTED"
    ROLE_REVOKED = "ROLE_REVOKED"
    USER_VERIFIED = "USER_VERIFIED"
    USER_UNVERIFIED = "USER_UNVERIFIED"
    USER_SUSPENDED = "USER_SUSPENDED"
    USER_RESTORED = "USER_RESTORED"
    SESSIONS_ENDED = "SESSIONS_ENDED"
    USERNAME_CHANGED = "USERNAME_CHANGED"
    FACTORS_RESET = "FACTORS_RESET"


@dataclass(frozen=True, slots=True)
class AuditDetail:
    """More of what was done, such as which role."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something that was done, by whom (None: the operator of the server), to whom, and why. Names are those of now."""

    id: str
    at: datetime
    actor_id: str | None
    actor_username: str | None
    action: AuditAction
    subject_id: str
    subject_username: str | None
    reason: str
    details: Sequence[AuditDetail]

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that the statements of `audit/` give: the fields in order."""
        id_, at, actor_id, actor_name, action, subject_id, subject_name, reason, details = values
        told = [AuditDetail(name, value) for name, value in orjson.loads(details).items()]
        return cls(id_, moment(at), actor_id, actor_name, AuditAction(action), subject_id, subject_name, reason, told)
