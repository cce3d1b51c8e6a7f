// The person behind a username or an e-mail address, with the hash of their password
// params: {"usernameKey": "ana", "emailHash": null}
// returns: found, [columns of UserRow, passwordHash or null]
OPTIONAL MATCH (named:User {usernameKey: $usernameKey})
OPTIONAL MATCH (mailed:Account {emailHash: $emailHash})
WITH coalesce(named.id, mailed.userId) AS userId
MATCH (u:User {id: userId})
OPTIONAL MATCH (a:Account {userId: userId})
RETURN [@user_columns(u), a.passwordHash] AS found
