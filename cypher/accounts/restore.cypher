// Take a suspension back; who had deactivated the account before finds it so
// params: {"usernameKey": "ana",
//          "entry": {"id": "01890a5d-ac96-774b-bcce-b302099a8059", "at": 1700000000000, "actorId": "operator", "action": "USER_RESTORED", "reason": "Because.", "details": "{}"}}
// returns: row [id, key, whether they were suspended], or no record when there is no such person
MATCH (u:User {usernameKey: $usernameKey})
SET u.id = u.id
WITH u
MATCH (user:User {id: u.id})
WITH user, user.state = 'SUSPENDED' AS wasSuspended
FOREACH (one IN CASE WHEN wasSuspended THEN [user] ELSE [] END |
  SET one.state = CASE WHEN one.deactivatedAt IS NULL THEN 'ACTIVE' ELSE 'DEACTIVATED' END
  CREATE (entry:AuditEntry)
  SET entry = $entry, entry.subjectId = one.id)
RETURN [user.id, user.key, wasSuspended] AS row
