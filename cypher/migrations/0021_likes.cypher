// Pages of those who like a post and of what somebody likes: sought and ordered by the relationship alone, as bookmarks are.
MATCH (u:User)-[l:LIKED]->(p:Post)
WHERE l.owner IS NULL
CALL (u, l, p) {
  SET l.owner = u.key, l.post = p.id
} IN TRANSACTIONS OF 1000 ROWS;
CREATE INDEX liked_owner IF NOT EXISTS FOR ()-[l:LIKED]-() ON (l.owner, l.at);
CREATE INDEX liked_post IF NOT EXISTS FOR ()-[l:LIKED]-() ON (l.post, l.at);
