// A page of the ids of a person's posts that are not replies to others, newest first
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: ids, newest first
MATCH (p:HomePost)
// Reposts have no `home`, so they are not in this index.
USING INDEX SEEK p:HomePost(authorId, home, id)
WHERE p.authorId = $author AND p.home = true AND p.id < $post
WITH p
ORDER BY p.authorId DESC, p.home DESC, p.id DESC
LIMIT $limit
RETURN collect(p.id) AS ids
