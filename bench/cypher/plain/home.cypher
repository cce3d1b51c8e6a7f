// Posts of those whom a viewer follows and their own, newest first: a seek for each author
// params: {"viewer": 1, "below": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: rows [id, authorId, text, createdAt]
MATCH (viewer:User {key: $viewer})
WITH viewer.id AS own, [(viewer)-[:FOLLOWS]->(author) | author.id] AS followed
UNWIND followed + [own] AS author
CALL (author) {
  MATCH (p:HomePost)
  WHERE p.authorId = author AND p.id < $below
  RETURN p
  ORDER BY p.authorId DESC, p.id DESC
  LIMIT $limit
}
WITH p
ORDER BY p.id DESC
LIMIT $limit
RETURN collect([p.id, p.authorId, p.text, p.createdAt]) AS rows
