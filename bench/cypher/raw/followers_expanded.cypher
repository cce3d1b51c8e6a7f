// A page of followers as one writes it first: expand, sort, skip
// params: {"key": 1, "skip": 0, "limit": 21}
// returns: rows [at, key, id]
MATCH (u:User {key: $key})<-[f:FOLLOWS]-(follower)
WITH f, follower
ORDER BY f.at DESC, follower.key DESC
SKIP $skip
LIMIT $limit
RETURN collect([f.at, follower.key, follower.id]) AS rows
