// A page of the ids of a person's posts, replies included, from the oldest on
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: ids, oldest first
MATCH (p:Post)
USING INDEX SEEK p:Post(authorId, id)
WHERE p.authorId = $author AND p.id > $post AND @post_live(p)
WITH p
ORDER BY p.authorId, p.id
LIMIT $limit
RETURN collect(p.id) AS ids
