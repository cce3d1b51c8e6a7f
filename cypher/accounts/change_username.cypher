// Give somebody another username. The one that they had leads to them and is nobody else's until a while from now
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "username": "Anna", "usernameKey": "anna", "skeleton": "anna",
//          "at": 1700000000000, "since": 1697400000000, "until": 1702600000000,
//          "entry": {"id": "01890a5d-ac96-774b-bcce-b302099a8059", "at": 1700000000000, "actorId": "01890a5d-ac96-774b-bcce-b302099a8057", "action": "USERNAME_CHANGED", "reason": "Because.", "details": "{}"}}
// returns: row [what came of it, columns of UserRow, names in lower case that lead to them, when they changed it last or null]; no
//          record where the account is gone or not in use
MATCH (u:User {id: $id})
WHERE @user_active(u)
// Who changes it twice at once does one after the other.
SET u.id = u.id
WITH u
MATCH (user:User {id: u.id})
// Both names are held to the end, in one order for everybody: whoever takes or gives up one of them does so before or after.
CALL (user) {
  UNWIND [user.usernameKey, $usernameKey] AS name
  WITH DISTINCT name ORDER BY name
  MERGE (held:FormerUsername {usernameKey: name})
  SET held.heldAt = $at
  WITH collect(name) AS names
  UNWIND names AS name
  MATCH (former:FormerUsername {usernameKey: name})
  RETURN collect(former) AS held
}
WITH user, held,
     head([former IN held WHERE former.usernameKey = user.usernameKey]) AS present,
     head([former IN held WHERE former.usernameKey = $usernameKey]) AS wanted,
     user.usernameKey = $usernameKey AS isSpelling, user.username AS former
WITH user, held, present, wanted, isSpelling, former,
     coalesce(wanted.userId = user.id AND wanted.until > $at, false) AS isOwn
// Once after each change somebody may go back at any time.
WITH user, held, present, wanted, isSpelling, former, isOwn,
     isOwn AND NOT coalesce(user.usernameReturnedAt >= user.usernameChangedAt, false) AS returns
WITH user, held, present, wanted, isSpelling, former, isOwn, returns,
     CASE
       WHEN user.username = $username THEN 'SAME'
       WHEN NOT isSpelling AND NOT returns AND user.usernameChangedAt > $since THEN 'TOO_SOON'
       WHEN NOT isSpelling AND wanted.userId <> user.id AND wanted.until > $at THEN 'TAKEN'
       WHEN NOT isOwn AND EXISTS { MATCH (known:User {verifiedSkeleton: $skeleton}) WHERE known.id <> user.id } THEN 'LOOKALIKE'
       ELSE 'CHANGED'
     END AS outcome
WITH user, held, present, wanted, former, isOwn, returns, outcome, outcome = 'CHANGED' AND NOT isSpelling AS isOther
FOREACH (_ IN CASE WHEN outcome = 'CHANGED' THEN [1] ELSE [] END |
  SET user.username = $username, user.usernameKey = $usernameKey)
FOREACH (_ IN CASE WHEN outcome = 'CHANGED' AND user.verifiedSkeleton IS NOT NULL THEN [1] ELSE [] END |
  SET user.verifiedSkeleton = $skeleton)
FOREACH (_ IN CASE WHEN isOther AND isOwn THEN [1] ELSE [] END | SET wanted.until = $at)
FOREACH (_ IN CASE WHEN isOther AND returns THEN [1] ELSE [] END | SET user.usernameReturnedAt = $at)
FOREACH (_ IN CASE WHEN isOther AND NOT returns THEN [1] ELSE [] END | SET user.usernameChangedAt = $at)
FOREACH (_ IN CASE WHEN isOther THEN [1] ELSE [] END |
  SET present.userId = user.id, present.until = $until
  CREATE (entry:AuditEntry)
  SET entry = $entry, entry.subjectId = user.id,
      entry.details = '{"former":"' + former + '","username":"' + $username + '"}')
// What was only held leaves nothing behind.
FOREACH (one IN [each IN held WHERE each.userId IS NULL] | DELETE one)
WITH user, outcome
OPTIONAL MATCH (each:FormerUsername {userId: user.id})
WHERE each.until > $at
WITH user, outcome, collect(each.usernameKey) AS names
RETURN [outcome, @user_columns(user), names, user.usernameChangedAt] AS row
