// What a token says of a person, by username
// params: {"usernameKey": "ana"}
// returns: viewer, [id, key, state]
MATCH (u:User {usernameKey: $usernameKey})
RETURN [u.id, u.key, u.state] AS viewer
