// The ids of a viewer's home timeline, as a peer keeps them in a list in Redis
// params: {"viewer": 1, "limit": 800}
// returns: ids, newest first
MATCH (viewer:User {key: $viewer})
WITH viewer, [(viewer)-[:FOLLOWS]->(author) | author.id] AS followed
UNWIND followed + [viewer.id] AS authorId
CALL (authorId) {
  MATCH (p:HomePost)
  USING INDEX SEEK p:HomePost(authorId, id)
  WHERE p.authorId = authorId AND p.id > ''
  RETURN p.id AS id
  ORDER BY p.authorId DESC, p.id DESC
  LIMIT toInteger($limit)
}
WITH id
ORDER BY id DESC
LIMIT toInteger($limit)
RETURN collect(id) AS ids
