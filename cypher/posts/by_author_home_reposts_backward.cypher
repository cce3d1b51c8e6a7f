// A page of the ids of a person's posts that are not replies to others, and of their reposts, from the oldest on
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: ids, oldest first
MATCH (p:HomePost)
USING INDEX SEEK p:HomePost(authorId, id)
WHERE p.authorId = $author AND p.id > $post
WITH p
ORDER BY p.authorId, p.id
LIMIT $limit
RETURN collect(p.id) AS ids
