// A page of the ids of all of a person's posts and of their reposts, from the oldest on
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: ids, oldest first
CALL () {
  MATCH (p:Post)
  USING INDEX SEEK p:Post(authorId, id)
  WHERE p.authorId = $author AND p.id > $post
  RETURN p.id AS id
  ORDER BY p.authorId, p.id
  LIMIT $limit
  UNION ALL
  MATCH (r:Repost)
  USING INDEX SEEK r:Repost(authorId, id)
  WHERE r.authorId = $author AND r.id > $post
  RETURN r.id AS id
  ORDER BY r.authorId, r.id
  LIMIT $limit
}
WITH id
ORDER BY id
LIMIT $limit
RETURN collect(id) AS ids
