// A page of the audit log
// params: {"below": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: rows [columns of AuditEntry], newest first
MATCH (e:AuditEntry)
WHERE e.id < $below
WITH e
ORDER BY e.id DESC
LIMIT $limit
OPTIONAL MATCH (actor:User {id: e.actorId})
OPTIONAL MATCH (subject:User {id: e.subjectId})
WITH e, actor, subject
ORDER BY e.id DESC
RETURN collect(@audit_columns(e, actor, subject)) AS rows
