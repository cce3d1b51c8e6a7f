// Who holds a role, found without looking at anybody else.
CREATE INDEX account_roles IF NOT EXISTS FOR (a:Account) ON (a.roles);
// The audit log: pages of all entries, of those about one person, and of those of one action, newest first.
CREATE CONSTRAINT audit_entry_id IF NOT EXISTS FOR (e:AuditEntry) REQUIRE e.id IS UNIQUE;
CREATE INDEX audit_entry_subject IF NOT EXISTS FOR (e:AuditEntry) ON (e.subjectId, e.id);
CREATE INDEX audit_entry_action IF NOT EXISTS FOR (e:AuditEntry) ON (e.action, e.id);
