// People by username, in lower case
// params: {"names": ["mira"]}
// returns: rows [columns of UserRow], in any order
UNWIND $names AS name
MATCH (u:User {usernameKey: name})
RETURN collect(@user_columns(u)) AS rows
