// A page of the ids of the posts that quote a post, from the oldest on, without those that its author has detached
// params: {"post": "01890a5d-ac96-774b-bcce-b302099a8057", "quote": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: ids, oldest first
MATCH (p:Post)
USING INDEX SEEK p:Post(quoteOfId, id)
WHERE p.quoteOfId = $post AND p.id > $quote AND @post_live(p) AND p.quoteDetachedAt IS NULL
WITH p
ORDER BY p.quoteOfId, p.id
LIMIT $limit
RETURN collect(p.id) AS ids
