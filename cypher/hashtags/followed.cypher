// The hashtags that somebody follows: a seek in the relationship index
// params: {"viewer": 1}
// returns: rows [name, at], newest first, ties by name
MATCH ()-[f:FOLLOWS_HASHTAG]->()
USING INDEX SEEK f:FOLLOWS_HASHTAG(owner, at)
WHERE f.owner = $viewer AND f.at >= 0
WITH f
ORDER BY f.at DESC, f.tag
RETURN collect([f.tag, f.at]) AS rows
