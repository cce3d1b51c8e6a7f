// A page of the people whom the viewer asks to follow, newest first: a seek in the relationship index
// params: {"viewer": 1, "at": 9007199254740991, "other": 9007199254740991, "limit": 21}
// returns: rows [at, key, id], newest first, ties by key
MATCH (viewer)-[r:REQUESTED]->(asked)
// A seek, and no disjunction: with poor statistics the planner scans, or joins two searches.
USING INDEX SEEK r:REQUESTED(follower, at)
WHERE r.follower = $viewer AND r.at <= $at AND CASE WHEN r.at = $at THEN r.followed < $other ELSE true END
  AND @may_see_user(viewer, asked)
WITH r, asked
ORDER BY r.follower DESC, r.at DESC, r.followed DESC
LIMIT $limit
RETURN collect([r.at, r.followed, asked.id]) AS rows
