// A page of the ids of all of a person's posts and of their reposts, newest first
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: ids, newest first
CALL () {
  MATCH (p:Post)
  USING INDEX SEEK p:Post(authorId, id)
  WHERE p.authorId = $author AND p.id < $post
  RETURN p.id AS id
  ORDER BY p.authorId DESC, p.id DESC
  LIMIT $limit
  UNION ALL
  MATCH (r:Repost)
  USING INDEX SEEK r:Repost(authorId, id)
  WHERE r.authorId = $author AND r.id < $post
  RETURN r.id AS id
  ORDER BY r.authorId DESC, r.id DESC
  LIMIT $limit
}
WITH id
ORDER BY id DESC
LIMIT $limit
RETURN collect(id) AS ids
