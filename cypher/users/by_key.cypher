// People by their small integer key
// params: {"keys": [1]}
// returns: rows [columns of UserRow], in any order
UNWIND $keys AS key
MATCH (u:User {key: key})
RETURN collect(@user_columns(u)) AS rows
