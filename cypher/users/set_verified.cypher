// Set or remove (null) the mark that a person is verified, by an administrator; a second time changes nothing
// params: {"actor": "01890a5d-ac96-774b-bcce-b302099a8057", "subject": "01890a5d-ac96-774b-bcce-b302099a8058",
//          "verifiedAt": 1700000000000,
//          "entry": {"id": "01890a5d-ac96-774b-bcce-b302099a8059", "at": 1700000000000, "actorId": "operator", "action": "USER_VERIFIED", "reason": "Because.", "details": "{}"}}
// returns: row [whether the actor may, key of the person or null where there is none in use of their account, whether it changed
//          anything]
OPTIONAL MATCH (locked:Account {userId: $actor})
// Whoever takes the role from the actor waits for this lock, or is waited for.
SET locked.userId = locked.userId
WITH count(*) AS locks
OPTIONAL MATCH (actor:User {id: $actor})
WHERE @user_active(actor)
OPTIONAL MATCH (power:Account {userId: actor.id})
OPTIONAL MATCH (found:User {id: $subject})
WHERE @user_active(found)
SET found.id = found.id
WITH power, count(found) AS people
OPTIONAL MATCH (subject:User {id: $subject})
WHERE people > 0
WITH subject, 'ADMINISTRATOR' IN coalesce(power.roles, []) AS allowed
WITH subject, allowed, allowed AND subject IS NOT NULL AND (subject.verifiedAt IS NULL) <> ($verifiedAt IS NULL) AS isNew
FOREACH (_ IN CASE WHEN isNew THEN [1] ELSE [] END |
  SET subject.verifiedAt = $verifiedAt,
      // So that nobody takes a name that looks like theirs.
      subject.verifiedSkeleton = CASE WHEN $verifiedAt IS NOT NULL THEN @username_skeleton(subject) END
  CREATE (entry:AuditEntry)
  SET entry = $entry, entry.subjectId = subject.id)
RETURN [allowed, subject.key, isNew] AS row
