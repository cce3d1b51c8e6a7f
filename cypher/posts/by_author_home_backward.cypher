// A page of the ids of a person's posts that are not replies to others, from the oldest on
// params: {"author": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: ids, oldest first
MATCH (p:HomePost)
// Reposts have no `home`, so they are not in this index.
USING INDEX SEEK p:HomePost(authorId, home, id)
WHERE p.authorId = $author AND p.home = true AND p.id > $post
WITH p
ORDER BY p.authorId, p.home, p.id
LIMIT $limit
RETURN collect(p.id) AS ids
