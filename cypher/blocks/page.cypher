// A page of the people whom the viewer blocks, newest first: a seek in the relationship index
// params: {"viewer": 1, "at": 9007199254740991, "other": 9007199254740991, "limit": 21}
// returns: rows [at, key, id], newest first, ties by key
MATCH ()-[b:BLOCKS]->(blocked)
WHERE b.blocker = $viewer AND b.at <= $at AND (b.at < $at OR b.blocked < $other)
  AND @user_active(blocked)
WITH b, blocked
ORDER BY b.blocker DESC, b.at DESC, b.blocked DESC
LIMIT $limit
RETURN collect([b.at, b.blocked, blocked.id]) AS rows
