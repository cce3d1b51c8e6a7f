// Let somebody who deactivated their account have it back, if that was not too long ago
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "since": 1700000000000}
// returns: row [whether they came back, [columns of UserRow] as they are now]; no record where there is no such person
MATCH (u:User {id: $id})
// The lock first, so that of two log-ins at once the second finds them back.
SET u.id = u.id
WITH u
MATCH (user:User {id: $id})
WITH user, user.state = 'DEACTIVATED' AND coalesce(user.deactivatedAt >= $since, false) AS isBack
FOREACH (one IN CASE WHEN isBack THEN [user] ELSE [] END | SET one.state = 'ACTIVE', one.deactivatedAt = null)
RETURN [isBack, @user_columns(user)] AS row
