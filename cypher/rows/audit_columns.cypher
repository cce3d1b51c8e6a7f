// The columns of an entry of the audit log, in the order of AuditEntry; people who are gone have no name
// fragment: entry, actor, subject
[entry.id, entry.at, CASE WHEN entry.actorId <> 'operator' THEN entry.actorId END, actor.username, entry.action,
 entry.subjectId, subject.username, entry.reason, entry.details]
