// A chunk of the keys of followers, from the relationship index alone, for fan-out
// params: {"key": 1, "at": 9007199254740991, "other": 9007199254740991, "limit": 1000}
// returns: rows [at, key], newest first, ties by key
MATCH ()-[f:FOLLOWS]->()
WHERE f.followed = $key AND f.at <= $at AND (f.at < $at OR f.follower < $other)
WITH f
ORDER BY f.followed DESC, f.at DESC, f.follower DESC
LIMIT $limit
RETURN collect([f.at, f.follower]) AS rows
