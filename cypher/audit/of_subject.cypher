// A page of the audit log about one person, of one action or of all (null)
// params: {"subject": "01890a5d-ac96-774b-bcce-b302099a8058", "action": null, "below": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: rows [columns of AuditEntry], newest first
MATCH (e:AuditEntry)
WHERE e.subjectId = $subject AND e.id < $below AND ($action IS NULL OR e.action = $action)
WITH e
ORDER BY e.subjectId DESC, e.id DESC
LIMIT $limit
OPTIONAL MATCH (actor:User {id: e.actorId})
OPTIONAL MATCH (subject:User {id: e.subjectId})
WITH e, actor, subject
ORDER BY e.id DESC
RETURN collect(@audit_columns(e, actor, subject)) AS rows
