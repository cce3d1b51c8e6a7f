"""The audit log: an entry is written by the statement that makes the change, and nothing changes or removes it afterwards."""

from collections.abc import Mapping

import orjson

from clock import now_ms
from errors import InvalidInput
from graph.ids import new_id
from graph.rows.audit import AuditAction
from services.text import is_blank, several_lines

OPERATOR = "operator"
"""The actor of what is done by a command of the server."""
REASON_MAX = 500
"""Longest reason, in characters."""


def audit_entry(action: AuditAction, actor: str | None, reason: str, **details: str) -> Mapping[str, object]:
    """Return the properties of an entry, for the `entry` of a statement, which adds whom it is about; None is the operator.

    Raises:
        InvalidInput: on `reason`, when it is blank, too long, or holds characters that no text has.

    """
    told = several_lines("reason", reason, REASON_MAX)
    if is_blank(told):
        raise InvalidInput("reason", "Say why; it is kept in the audit log.")
    return {
        "id": new_id(), "at": now_ms(), "actorId": actor or OPERATOR, "action": action.value, "reason": told,
        "details": orjson.dumps(details).decode(),
    }
