// A page of the ids of the posts that quote a post, newest first, without those that its author has detached
// params: {"post": "01890a5d-ac96-774b-bcce-b302099a8057", "quote": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: ids, newest first
MATCH (p:Post)
USING INDEX SEEK p:Post(quoteOfId, id)
WHERE p.quoteOfId = $post AND p.id < $quote AND @post_live(p) AND p.quoteDetachedAt IS NULL
WITH p
ORDER BY p.quoteOfId DESC, p.id DESC
LIMIT $limit
RETURN collect(p.id) AS ids
