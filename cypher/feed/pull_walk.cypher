// The home timeline of someone who follows many: a walk down the newest posts of all
// params: {"viewer": 1, "below": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 20}
// returns: ids, newest first
MATCH (viewer:User {key: $viewer})
WITH [(viewer)-[:FOLLOWS]->(author) | author.id] + [viewer.id] AS authors
MATCH (p:HomePost)
WHERE p.id < $below AND p.authorId IN authors
WITH p.id AS id
ORDER BY id DESC
LIMIT $limit
RETURN collect(id) AS ids
