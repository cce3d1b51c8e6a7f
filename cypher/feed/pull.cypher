// The home timeline: one seek for each followed author, and for the viewer
// params: {"viewer": 1, "below": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 20}
// returns: ids, newest first
// slow: a seek for each followed author, of whom there may be thousands
MATCH (viewer:User {key: $viewer})
WITH viewer.id AS own, [(viewer)-[:FOLLOWS]->(author) | author.id] AS followed
UNWIND followed + [own] AS author
CALL (author) {
  MATCH (p:HomePost)
  WHERE p.authorId = author AND p.id < $below
  RETURN p.id AS id
  ORDER BY p.authorId DESC, p.id DESC
  LIMIT $limit
}
WITH id
ORDER BY id DESC
LIMIT $limit
RETURN collect(id) AS ids
