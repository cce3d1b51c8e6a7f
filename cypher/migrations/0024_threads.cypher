// Replies that are hidden, those of one author, and those that are liked most: each sought in its order by an index alone.
CREATE INDEX hidden_replies IF NOT EXISTS FOR (p:Post) ON (p.replyToId, p.id, p.replyHiddenAt);
CREATE INDEX replies_by_author IF NOT EXISTS FOR (p:Post) ON (p.replyToId, p.authorId, p.id);
CREATE INDEX replies_by_likes IF NOT EXISTS FOR (p:Post) ON (p.replyToId, p.likeRank, p.id);
MATCH (p:Post)
WHERE p.replyToId IS NOT NULL AND EXISTS { (p)<-[:LIKED]-() }
CALL (p) {
  SET p.likeRank = -1 - toInteger(floor(8 * log(COUNT { (p)<-[:LIKED]-() }) / log(2) + 0.001))
} IN TRANSACTIONS OF 1000 ROWS;
