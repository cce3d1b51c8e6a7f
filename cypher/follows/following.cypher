// A page of the people someone follows, newest first: a seek in the relationship index
// params: {"key": 1, "at": 9007199254740991, "other": 9007199254740991, "limit": 21}
// returns: rows [at, key, id], newest first, ties by key
MATCH ()-[f:FOLLOWS]->(followed)
// A seek, and no disjunction: with poor statistics the planner scans, or joins two searches.
USING INDEX SEEK f:FOLLOWS(follower, at)
WHERE f.follower = $key AND f.at <= $at AND CASE WHEN f.at = $at THEN f.followed < $other ELSE true END
// Who of them is shown is decided by the lookups, from cached rows, not here.
WITH f, followed
ORDER BY f.follower DESC, f.at DESC, f.followed DESC
LIMIT $limit
RETURN collect([f.at, f.followed, followed.id]) AS rows
