// The replies to posts that are the most relevant to a viewer, or to nobody, best first: those of the author of the post by time, those of
// whom the viewer follows, then others that are liked; these and those by likes, the older of two first. What is hidden is not among them
// params: {"viewer": 1, "posts": ["01890a5d-ac96-774b-bcce-b302099a8057"], "most": 200, "scanned": 1000}
// returns: rows [id of a post, ids of replies], in any order
// scans: the product is of one viewer, or nobody, and the posts that are asked for
// slow: it seeks up to 1,000 replies of people whom the viewer follows
OPTIONAL MATCH (viewer:User {key: $viewer})
UNWIND $posts AS id
MATCH (post:Post {id: id})
WITH viewer, post, COUNT { (viewer)-[:FOLLOWS]->() } AS followed,
     COUNT { (post)<-[:REPLIES_TO]-() } + COUNT { (post)<-[:RESTRICTED_REPLY]-() } AS replies
CALL (post) {
  MATCH (p:Post)
  USING INDEX SEEK p:Post(replyToId, authorId, id)
  WHERE p.replyToId = post.id AND p.authorId = post.authorId AND p.id < 'g' AND @post_live(p) AND p.replyHiddenAt IS NULL
  WITH p
  ORDER BY p.replyToId, p.authorId, p.id
  LIMIT $most
  RETURN collect(p) AS own
}
// Those of the followed are sought from the smaller side, be it whom the viewer follows or the replies; of the newest where both are many.
CALL (viewer, post, followed, replies) {
  WITH viewer, post
  WHERE followed < replies AND followed <= $scanned
  MATCH (viewer)-[:FOLLOWS]->(author:User)
  MATCH (p:Post)
  USING INDEX SEEK p:Post(replyToId, authorId, id)
  WHERE p.replyToId = post.id AND p.authorId = author.id AND p.id < 'g' AND @post_live(p) AND p.replyHiddenAt IS NULL
  RETURN collect(p) AS ofFollowed
}
CALL (viewer, post, followed, replies) {
  WITH viewer, post
  WHERE followed > 0 AND (followed >= replies OR followed > $scanned)
  CALL (post) {
    MATCH (p:Post)
    USING INDEX SEEK p:Post(replyToId, id)
    WHERE p.replyToId = post.id AND p.id < 'g' AND @post_live(p) AND p.replyHiddenAt IS NULL
    WITH p
    ORDER BY p.replyToId DESC, p.id DESC
    LIMIT $scanned
    RETURN p
  }
  MATCH (author:User {id: p.authorId})
  WHERE EXISTS { (viewer)-[:FOLLOWS]->(author) }
  RETURN collect(p) AS byFollowed
}
CALL (post) {
  MATCH (p:Post)
  USING INDEX SEEK p:Post(replyToId, likeRank, id)
  WHERE p.replyToId = post.id AND p.likeRank < 0 AND p.id < 'g' AND @post_live(p) AND p.replyHiddenAt IS NULL
  WITH p
  ORDER BY p.replyToId, p.likeRank, p.id
  LIMIT $most
  RETURN collect(p) AS liked
}
CALL (viewer, post, own, ofFollowed, byFollowed, liked) {
  UNWIND own + ofFollowed + byFollowed + liked AS p
  WITH DISTINCT viewer, post, p
  MATCH (author:User {id: p.authorId})
  WITH p, p.authorId = post.authorId AS isOwn, EXISTS { (viewer)-[:FOLLOWS]->(author) } AS isFollowed,
       COUNT { (p)<-[:LIKED]-() } AS likes
  WITH p, CASE WHEN isOwn THEN 0 WHEN isFollowed THEN 1 ELSE 2 END AS place, CASE WHEN isOwn THEN 0 ELSE -likes END AS order
  ORDER BY place, order, p.id
  LIMIT $most
  RETURN collect(p.id) AS ids
}
RETURN collect([post.id, ids]) AS rows
