// Take a suspension back; who had deactivated the account before finds it so
// params: {"usernameKey": "ana"}
// returns: row [id, key, whether they were suspended], or no record when there is no such person
MATCH (u:User {usernameKey: $usernameKey})
SET u.id = u.id
WITH u
MATCH (user:User {id: u.id})
WITH user, user.state = 'SUSPENDED' AS wasSuspended
FOREACH (one IN CASE WHEN wasSuspended THEN [user] ELSE [] END |
  SET one.state = CASE WHEN one.deactivatedAt IS NULL THEN 'ACTIVE' ELSE 'DEACTIVATED' END)
RETURN [user.id, user.key, wasSuspended] AS row
