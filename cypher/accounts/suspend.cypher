// Hide a person from everybody, by order of the operator; a second time changes nothing
// params: {"usernameKey": "ana",
//          "entry": {"id": "01890a5d-ac96-774b-bcce-b302099a8059", "at": 1700000000000, "actorId": "operator", "action": "USER_SUSPENDED", "reason": "Because.", "details": "{}"}}
// returns: row [id, key, whether they were not suspended before], or no record when there is no such person
MATCH (u:User {usernameKey: $usernameKey})
SET u.id = u.id
WITH u
MATCH (user:User {id: u.id})
WITH user, user.state <> 'SUSPENDED' AS isNew
FOREACH (one IN CASE WHEN isNew THEN [user] ELSE [] END |
  SET one.state = 'SUSPENDED'
  CREATE (entry:AuditEntry)
  SET entry = $entry, entry.subjectId = one.id)
RETURN [user.id, user.key, isNew] AS row
