// Ids of active people by username, in lower case
// params: {"names": ["mira"]}
// returns: rows [usernameKey, username, id], in any order
UNWIND $names AS name
MATCH (u:User {usernameKey: name})
WHERE @user_active(u)
RETURN collect([u.usernameKey, u.username, u.id]) AS rows
