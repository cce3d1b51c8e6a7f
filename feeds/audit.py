"""The audit log, newest first, for administrators."""

from collections.abc import Mapping
from typing import Any

from feeds.keysets import IdColumn, Keyset
from feeds.pipeline import Feed
from feeds.reader import Reader
from feeds.whole_rows import whole_rows
from graph.rows.audit import AuditAction, AuditEntry

KEYSET = Keyset("audit_log", below=IdColumn())


def audit_log(reader: Reader, action: AuditAction | None = None, subject: str | None = None) -> Feed[AuditEntry]:
    """Return the entries of an action, of a person by id, or of both; None of all. Who may read them is asked before."""
    statement, given = _statement(None if action is None else action.value, subject)
    return whole_rows(reader, KEYSET, statement, AuditEntry.of, **given)


def _statement(action: str | None, subject: str | None) -> tuple[str, Mapping[str, Any]]:
    """Return the statement that reads a selection from an index, and what it takes."""
    if subject is not None:
        return "audit/of_subject", {"subject": subject, "action": action}
    return ("audit/page", {}) if action is None else ("audit/of_action", {"action": action})
