// A page of the viewer's close friends, newest first: a seek in the relationship index
// params: {"viewer": 1, "at": 9007199254740991, "other": 9007199254740991, "limit": 21}
// returns: rows [at, key, id], newest first, ties by key
MATCH (viewer)-[c:CLOSE_FRIEND]->(friend)
WHERE c.owner = $viewer AND c.at <= $at AND (c.at < $at OR c.friend < $other) AND @may_see_user(viewer, friend)
WITH c, friend
ORDER BY c.owner DESC, c.at DESC, c.friend DESC
LIMIT $limit
RETURN collect([c.at, c.friend, friend.id]) AS rows
