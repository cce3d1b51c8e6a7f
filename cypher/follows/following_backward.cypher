// A page of the people someone follows, from the oldest on: a seek in the relationship index
// params: {"key": 1, "at": -1, "other": -1, "limit": 21}
// returns: rows [at, key, id], oldest first, ties by key
MATCH ()-[f:FOLLOWS]->(followed)
// A seek, and no disjunction: with poor statistics the planner scans, or joins two searches.
USING INDEX SEEK f:FOLLOWS(follower, at)
WHERE f.follower = $key AND f.at >= $at AND CASE WHEN f.at = $at THEN f.followed > $other ELSE true END
// Who of them is shown is decided by the lookups, from cached rows, not here.
WITH f, followed
ORDER BY f.follower, f.at, f.followed
LIMIT $limit
RETURN collect([f.at, f.followed, followed.id]) AS rows
