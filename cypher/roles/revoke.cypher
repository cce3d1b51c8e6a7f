// Take a role from a person, by an administrator or by the operator (no actor); a second time changes nothing
// params: {"actor": "01890a5d-ac96-774b-bcce-b302099a8057", "subject": "01890a5d-ac96-774b-bcce-b302099a8058", "role": "MODERATOR",
//          "entry": {"id": "01890a5d-ac96-774b-bcce-b302099a8059", "at": 1700000000000, "actorId": "operator", "action": "ROLE_REVOKED", "reason": "Because.", "details": "{}"}}
// returns: row [whether the actor may, key of the person or null where there is none with an account, whether it changed
//          anything, [roles of the person]]
// Locks on both accounts, in one order: of two administrators who take the role from each other, one comes too late.
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
OPTIONAL MATCH (account:Account {userId: subject.id})
WITH subject, account, $actor IS NULL OR 'ADMINISTRATOR' IN coalesce(power.roles, []) AS allowed,
     coalesce(account.roles, []) AS held
WITH subject, account, allowed, held, [role IN held WHERE role <> $role] AS left
WITH subject, account, allowed, CASE WHEN allowed THEN left ELSE held END AS left, allowed AND size(left) < size(held) AS isNew
FOREACH (_ IN CASE WHEN isNew THEN [1] ELSE [] END |
  SET account.roles = CASE WHEN left = [] THEN null ELSE left END
  CREATE (entry:AuditEntry)
  SET entry = $entry, entry.subjectId = subject.id)
RETURN [allowed, CASE WHEN account IS NOT NULL THEN subject.key END, isNew, left] AS row
