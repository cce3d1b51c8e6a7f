// The person behind a username or an e-mail address, with the hash of their password, and since when devices of theirs are known
// params: {"usernameKey": "ana", "emailHashes": []}
// returns: found, [columns of UserRow, passwordHash or null, moment]
OPTIONAL MATCH (named:User {usernameKey: $usernameKey})
OPTIONAL MATCH (mailed:Account)
WHERE mailed.emailHash IN $emailHashes
WITH coalesce(named.id, mailed.userId) AS userId
ORDER BY userId
LIMIT 1
MATCH (u:User {id: userId})
OPTIONAL MATCH (a:Account {userId: userId})
RETURN [@user_columns(u), a.passwordHash, coalesce(a.devicesSince, 0)] AS found
