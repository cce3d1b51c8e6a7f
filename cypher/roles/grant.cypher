// Give a person a role, by an administrator or by the operator (no actor); a second time changes nothing
// params: {"actor": "01890a5d-ac96-774b-bcce-b302099a8057", "subject": "01890a5d-ac96-774b-bcce-b302099a8058", "role": "MODERATOR",
//          "entry": {"id": "01890a5d-ac96-774b-bcce-b302099a8059", "at": 1700000000000, "actorId": "operator", "action": "ROLE_GRANTED", "reason": "Because.", "details": "{}"}}
// returns: row [whether the actor may, key of the person or null where there is none in use of an account, whether it changed
//          anything, [roles of the person]]
// Locks on both accounts, in one order: a role that is taken from the actor meanwhile holds for this, or this is before it.
OPTIONAL MATCH (locked:Account)
WHERE locked.userId IN [$actor, $subject]
WITH locked
ORDER BY locked.userId
SET locked.userId = locked.userId
WITH count(*) AS locks
OPTIONAL MATCH (actor:User {id: $actor})
WHERE @user_active(actor)
OPTIONAL MATCH (power:Account {userId: actor.id})
OPTIONAL MATCH (subject:User {id: $subject})
WHERE @user_active(subject)
OPTIONAL MATCH (account:Account {userId: subject.id})
WITH subject, account, $actor IS NULL OR 'ADMINISTRATOR' IN coalesce(power.roles, []) AS allowed,
     coalesce(account.roles, []) AS held
WITH subject, account, allowed, held, allowed AND account IS NOT NULL AND NOT $role IN held AS isNew
FOREACH (_ IN CASE WHEN isNew THEN [1] ELSE [] END |
  SET account.roles = held + $role
  CREATE (entry:AuditEntry)
  SET entry = $entry, entry.subjectId = subject.id)
RETURN [allowed, CASE WHEN account IS NOT NULL THEN subject.key END, isNew, CASE WHEN isNew THEN held + $role ELSE held END] AS row
