// A page of the people whom the viewer mutes at a time, newest first: a seek in the relationship index
// params: {"viewer": 1, "now": 1700000000000, "at": 9007199254740991, "other": 9007199254740991, "limit": 21}
// returns: rows [at, key, id], newest first, ties by key
MATCH (viewer)-[m:MUTES]->(muted)
WHERE m.muter = $viewer AND m.at <= $at AND (m.at < $at OR m.muted < $other)
  AND (m.until IS NULL OR m.until > $now) AND @may_see_user(viewer, muted)
WITH m, muted
ORDER BY m.muter DESC, m.at DESC, m.muted DESC
LIMIT $limit
RETURN collect([m.at, m.muted, muted.id]) AS rows
