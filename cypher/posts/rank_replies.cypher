// The replies to posts that are the most relevant to a viewer, or to nobody, best first: those of the author of the post by time, those of
// whom the viewer follows, then others that are liked; these and those by likes, the older of two first. What is hidden is not among them
// params: {"viewer": 1, "posts": ["01890a5d-ac96-774b-bcce-b302099a8057"], "most": 200, "newest": 100, "sought": 100,
//   "followed": 10000}
// returns: rows [id of a post, ids of replies], in any order
// scans: the product is of one viewer, or nobody, and the posts that are asked for
// slow: it seeks some hundred replies of each post
OPTIONAL MATCH (viewer:User {key: $viewer})
CALL (viewer) {
  MATCH (viewer)-[f:FOLLOWS]->()
  WITH f
  LIMIT $followed
  RETURN collect(f.followed) AS followed
}
CALL (viewer, followed) {
  WITH viewer
  WHERE size(followed) <= $sought
  MATCH (viewer)-[:FOLLOWS]->(author:User)
  RETURN collect(author.id) AS few
}
UNWIND $posts AS id
MATCH (post:Post {id: id})
CALL (post) {
  MATCH (p:Post)
  USING INDEX SEEK p:Post(replyToId, authorId, id)
  WHERE p.replyToId = post.id AND p.authorId = post.authorId AND p.id < 'g' AND @post_live(p) AND p.replyHiddenAt IS NULL
  WITH p
  ORDER BY p.replyToId, p.authorId, p.id
  LIMIT $most
  RETURN collect(p) AS own
}
// Those of the followed are looked for among the newest; where these are few, the newest of each is sought as well.
CALL (post, followed) {
  WITH post, followed
  WHERE size(followed) > 0
  CALL (post) {
    MATCH (p:Post)
    USING INDEX SEEK p:Post(replyToId, id)
    WHERE p.replyToId = post.id AND p.id < 'g' AND @post_live(p) AND p.replyHiddenAt IS NULL
    WITH p
    ORDER BY p.replyToId DESC, p.id DESC
    LIMIT $newest
    RETURN p
  }
  WITH p, followed
  WHERE p.authorKey IN followed
  RETURN collect(p) AS new
}
CALL (post, few) {
  UNWIND few AS author
  CALL (post, author) {
    MATCH (p:Post)
    USING INDEX SEEK p:Post(replyToId, authorId, id)
    WHERE p.replyToId = post.id AND p.authorId = author AND p.id < 'g' AND @post_live(p) AND p.replyHiddenAt IS NULL
    WITH p
    ORDER BY p.replyToId DESC, p.authorId DESC, p.id DESC
    LIMIT 1
    RETURN p
  }
  RETURN collect(p) AS old
}
CALL (post, followed) {
  CALL (post) {
    MATCH (p:Post)
    USING INDEX SEEK p:Post(replyToId, likeRank, id)
    WHERE p.replyToId = post.id AND p.likeRank < 0 AND p.id < 'g' AND @post_live(p) AND p.replyHiddenAt IS NULL
    WITH p
    ORDER BY p.replyToId, p.likeRank, p.id
    LIMIT $most
    RETURN p
  }
  WITH p, p.authorKey IN followed AS isFollowed
  RETURN collect(CASE WHEN isFollowed THEN p END) AS popular, collect(CASE WHEN NOT isFollowed THEN p END) AS liked
}
// Each once, at its best place. Whom the viewer follows is no longer part of a row: what is sorted counts against the memory of a statement.
UNWIND [[0, own], [1, new], [1, old], [1, popular], [2, liked]] AS found
UNWIND found[1] AS p
WITH post.id AS id, p, min(found[0]) AS place
WITH id, p, place, CASE WHEN place = 0 THEN 0 ELSE -COUNT { (p)<-[:LIKED]-() } END AS order
ORDER BY place, order, p.id
WITH id, collect(p.id) AS ids
RETURN collect([id, ids[..$most]]) AS rows
