// A home timeline and whom its viewer follows, to be cached: see `feed/pull`
// params: {"viewer": 1, "few": 8, "limit": 800}
// returns: row [ids, newest first, keys of those whom the viewer follows, whether they follow hashtags as well]
// slow: a seek for each followed author, of whom there may be thousands
MATCH (viewer:User {key: $viewer})
// Nothing but the viewer goes in, or each row would carry all whom they follow.
CALL (viewer) {
  // A few of each author tell how far the timeline reaches at most, so that of thousands of authors not hundreds of posts are read.
  WITH viewer.id AS own, [(viewer)-[:FOLLOWS]->(author) | author.id] AS followed
  UNWIND followed + [own] AS author
  CALL (author) {
    MATCH (p:HomePost)
    WHERE p.authorId = author AND p.id < 'g'
    RETURN p.id AS id
    ORDER BY p.authorId DESC, p.id DESC
    LIMIT $few
  }
  WITH id
  ORDER BY id DESC
  LIMIT $limit
  RETURN CASE WHEN count(id) < $limit THEN '' ELSE min(id) END AS oldest
}
CALL (viewer, oldest) {
  WITH viewer.id AS own, oldest, [(viewer)-[:FOLLOWS]->(author) | author.id] AS followed
  UNWIND followed + [own] AS author
  CALL (author, oldest) {
    MATCH (p:HomePost)
    WHERE p.authorId = author AND p.id < 'g' AND p.id >= oldest
    RETURN p.id AS id
    ORDER BY p.authorId DESC, p.id DESC
    LIMIT $limit
  }
  WITH id
  ORDER BY id DESC
  LIMIT $limit
  RETURN collect(id) AS ids
}
RETURN [ids, [(viewer)-[f:FOLLOWS]->() | f.followed], EXISTS { (viewer)-[:FOLLOWS_HASHTAG]->() }] AS row
