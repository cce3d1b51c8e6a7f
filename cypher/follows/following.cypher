// A page of the people someone follows, newest first: a seek in the relationship index
// params: {"key": 1, "at": 9007199254740991, "other": 9007199254740991, "limit": 21}
// returns: rows [at, key, id], newest first, ties by key
MATCH ()-[f:FOLLOWS]->(followed)
WHERE f.follower = $key AND f.at <= $at AND (f.at < $at OR f.followed < $other)
// Who of them is shown is decided by the lookups, from cached rows, not here.
WITH f, followed
ORDER BY f.follower DESC, f.at DESC, f.followed DESC
LIMIT $limit
RETURN collect([f.at, f.followed, followed.id]) AS rows
