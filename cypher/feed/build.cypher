// A home timeline and whom its viewer follows, both of one moment, to be cached: see `feed/pull`
// params: {"viewer": 1, "limit": 800}
// returns: row [ids, newest first, keys of those whom the viewer follows]
MATCH (viewer:User {key: $viewer})
WITH viewer.id AS own, [(viewer)-[f:FOLLOWS]->(author) | [author.id, f.followed]] AS follows
CALL (own, follows) {
  UNWIND [follow IN follows | follow[0]] + [own] AS author
  CALL (author) {
    MATCH (p:HomePost)
    WHERE p.authorId = author AND p.id < 'g'
    RETURN p.id AS id
    ORDER BY p.authorId DESC, p.id DESC
    LIMIT $limit
  }
  WITH id
  ORDER BY id DESC
  LIMIT $limit
  RETURN collect(id) AS ids
}
RETURN [ids, [follow IN follows | follow[1]]] AS row
