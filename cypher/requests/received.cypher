// A page of the people who ask to follow the viewer, newest first: a seek in the relationship index
// params: {"viewer": 1, "at": 9007199254740991, "other": 9007199254740991, "limit": 21}
// returns: rows [at, key, id], newest first, ties by key
MATCH (asker)-[r:REQUESTED]->(viewer)
// A seek, and no disjunction: with poor statistics the planner scans, or joins two searches.
USING INDEX SEEK r:REQUESTED(followed, at)
WHERE r.followed = $viewer AND r.at <= $at AND CASE WHEN r.at = $at THEN r.follower < $other ELSE true END
  AND @may_see_user(viewer, asker)
WITH r, asker
ORDER BY r.followed DESC, r.at DESC, r.follower DESC
LIMIT $limit
RETURN collect([r.at, r.follower, asker.id]) AS rows
