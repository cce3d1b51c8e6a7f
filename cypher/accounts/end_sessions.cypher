// Note that all sessions of a person end, and that no device of before is known, by an administrator or the operator (null)
// params: {"actor": "01890a5d-ac96-774b-bcce-b302099a8057", "subject": "01890a5d-ac96-774b-bcce-b302099a8058",
//          "entry": {"id": "01890a5d-ac96-774b-bcce-b302099a8059", "at": 1700000000000, "actorId": "operator", "action": "SESSIONS_ENDED", "reason": "Because.", "details": "{}"}}
// returns: row [whether the actor may, key of the person or null where there is none]
OPTIONAL MATCH (locked:Account {userId: $actor})
// Whoever takes the role from the actor waits for this lock, or is waited for.
SET locked.userId = locked.userId
WITH count(*) AS locks
OPTIONAL MATCH (actor:User {id: $actor})
WHERE @user_active(actor)
OPTIONAL MATCH (power:Account {userId: actor.id})
WITH $actor IS NULL OR 'ADMINISTRATOR' IN coalesce(power.roles, []) AS allowed
OPTIONAL MATCH (subject:User {id: $subject})
FOREACH (one IN CASE WHEN allowed AND subject IS NOT NULL THEN [subject] ELSE [] END |
  CREATE (entry:AuditEntry)
  SET entry = $entry, entry.subjectId = one.id)
WITH allowed, subject
OPTIONAL MATCH (theirs:Account {userId: subject.id})
FOREACH (one IN CASE WHEN allowed AND theirs IS NOT NULL THEN [theirs] ELSE [] END | SET one.devicesSince = $entry.at)
RETURN [allowed, subject.key] AS row
