// A page of posts by id: those of them that a stranger may see, with how much hangs on each
// params: {"after": "018bcfe5-6800-0000-0000-000000000000", "end": "018c6d80-0000-0000-0000-000000000000", "limit": 2000}
// returns: row [how many were read, the last id of these, rows [id, hashtags, mentions, likes, reposts]]
// slow: two thousand posts
MATCH (p:Post)
USING INDEX SEEK p:Post(id)
WHERE p.id > $after AND p.id < $end
WITH p
ORDER BY p.id
LIMIT $limit
// Nobody is the viewer: nobody has this id.
OPTIONAL MATCH (nobody:User {id: ''})
OPTIONAL MATCH (author:User {id: p.authorId})
WITH p, coalesce(@may_see_post(nobody, p, author), false) AS shown
WITH p, CASE WHEN shown THEN [
  p.id, COUNT { (p)-[:TAGGED]->() }, size(p.mentionIds), COUNT { (p)<-[:LIKED]-() }, COUNT { (p)<-[:REPOSTS]-() }] END AS row
RETURN [count(p), max(p.id), collect(row)] AS row
