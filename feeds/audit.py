"""The audit log, newest first, for administrators."""

from collections.abc import Mapping, Sequence
from typing import Any

from feeds.keysets import IdColumn, Keyset, Place
from feeds.paginate import Slice
from feeds.pipeline import Feed
from feeds.reader import Reader
from graph.rows.audit import AuditAction, AuditEntry

KEYSET = Keyset("audit_log", below=IdColumn())


def audit_log(reader: Reader, action: AuditAction | None = None, subject: str | None = None) -> Feed[AuditEntry]:
    """Return the entries of an action, of a person by id, or of both; None of all. Who may read them is asked before."""
    found: dict[str, AuditEntry] = {}
    statement, given = _statement(None if action is None else action.value, subject)

    async def skeleton(beyond: Place, limit: int) -> Slice:
        rows = await reader.graph.read(statement, **{**given, **KEYSET.params(beyond), "limit": limit}) or ()
        entries = [AuditEntry.of(row) for row in rows]
        found.update((entry.id, entry) for entry in entries)
        return Slice.of_ids([entry.id for entry in entries], ended=len(entries) < limit)

    async def hydrate(ids: Sequence[str]) -> Sequence[AuditEntry | None]:
        return [found[id_] for id_ in ids]

    return Feed(KEYSET, skeleton, hydrate)


def _statement(action: str | None, subject: str | None) -> tuple[str, Mapping[str, Any]]:
    """Return the statement that reads a selection from an index, and what it takes."""
    if subject is not None:
        return "audit/of_subject", {"subject": subject, "action": action}
    return ("audit/page", {}) if action is None else ("audit/of_action", {"action": action})
