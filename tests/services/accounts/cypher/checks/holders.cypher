// Who has a username
// params: {"name": "ana"}
// returns: rows, ids
MATCH (u:User {usernameKey: $name})
RETURN collect(u.id) AS rows
