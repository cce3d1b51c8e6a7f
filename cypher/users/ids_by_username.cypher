// Ids of active people by username, in lower case, also by one that they had until a while ago
// params: {"names": ["mira"], "at": 1700000000000}
// returns: rows [name, id], in any order
UNWIND $names AS name
OPTIONAL MATCH (named:User {usernameKey: name})
OPTIONAL MATCH (former:FormerUsername {usernameKey: name})
WHERE former.until > $at
OPTIONAL MATCH (renamed:User {id: former.userId})
WITH name, coalesce(named, renamed) AS u
WHERE @user_active(u)
RETURN collect([name, u.id]) AS rows
