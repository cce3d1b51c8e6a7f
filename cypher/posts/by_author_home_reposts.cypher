// A page of the ids of a person's posts that are not replies to others, and of their reposts, newest first
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: ids, newest first
MATCH (p:HomePost)
USING INDEX SEEK p:HomePost(authorId, id)
WHERE p.authorId = $author AND p.id < $post
WITH p
ORDER BY p.authorId DESC, p.id DESC
LIMIT $limit
RETURN collect(p.id) AS ids
