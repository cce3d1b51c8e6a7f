// The most followed of those who have written at least so many posts
// params: {"posts": 21, "limit": 48}
// returns: rows [id, key, username], most followed first
// scans: everybody, once a run
MATCH (u:User)
WITH u, COUNT { (u)<-[:FOLLOWS]-() } AS followers
WHERE COUNT { (u)-[:POSTED]->() } >= $posts
ORDER BY followers DESC, u.key
LIMIT $limit
RETURN collect([u.id, u.key, u.username]) AS rows
