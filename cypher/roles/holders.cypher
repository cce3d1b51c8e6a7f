// Everybody who holds a role beyond that of a member, for the operator
// params: {"limit": 1000}
// returns: rows [username, state, [roles]], by username
MATCH (account:Account)
WHERE account.roles IS NOT NULL
MATCH (u:User {id: account.userId})
WITH u, account
ORDER BY u.usernameKey
LIMIT $limit
RETURN collect([u.username, u.state, account.roles]) AS rows
