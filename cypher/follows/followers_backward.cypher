// A page of followers, from the oldest on: a seek in the relationship index, at the same cost at any depth
// params: {"key": 1, "at": -1, "other": -1, "limit": 21}
// returns: rows [at, key, id], oldest first, ties by key
MATCH (follower)-[f:FOLLOWS]->()
// A seek, and no disjunction: with poor statistics the planner scans, or joins two searches.
USING INDEX SEEK f:FOLLOWS(followed, at)
WHERE f.followed = $key AND f.at >= $at AND CASE WHEN f.at = $at THEN f.follower > $other ELSE true END
// Who of them is shown is decided by the lookups, from cached rows, not here.
WITH f, follower
ORDER BY f.followed, f.at, f.follower
LIMIT $limit
RETURN collect([f.at, f.follower, follower.id]) AS rows
