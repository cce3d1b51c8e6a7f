// The home timeline with the posts of followed hashtags: `feed/pull`, and one seek for each hashtag. Rules take off what is no home post
// params: {"viewer": 1, "below": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 20}
// returns: ids, newest first
// slow: a seek for each followed author, of whom there may be thousands
MATCH (viewer:User {key: $viewer})
CALL (viewer) {
  WITH viewer.id AS own, [(viewer)-[:FOLLOWS]->(author) | author.id] AS followed
  UNWIND followed + [own] AS author
  CALL (author) {
    MATCH (p:HomePost)
    WHERE p.authorId = author AND p.id < $below
    RETURN p.id AS id
    ORDER BY p.authorId DESC, p.id DESC
    LIMIT $limit
  }
  RETURN id
  UNION
  WITH viewer
  MATCH (viewer)-[f:FOLLOWS_HASHTAG]->()
  WITH f.tag AS hashtag
  CALL (hashtag) {
    MATCH ()-[t:TAGGED]->()
    USING INDEX SEEK t:TAGGED(tag, post)
    WHERE t.tag = hashtag AND t.post < $below
    WITH t
    ORDER BY t.tag DESC, t.post DESC
    LIMIT $limit
    RETURN t.post AS id
  }
  RETURN id
}
WITH id
ORDER BY id DESC
LIMIT $limit
RETURN collect(id) AS ids
