// A page of the ids of the direct replies to a post that are not hidden, newest first: how a page at the end of a conversation is read
// params: {"post": "01890a5d-ac96-774b-bcce-b302099a8057", "reply": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: ids, newest first
MATCH (p:Post)
USING INDEX SEEK p:Post(replyToId, id)
WHERE p.replyToId = $post AND p.id < $reply AND @post_live(p) AND p.replyHiddenAt IS NULL
WITH p
ORDER BY p.replyToId DESC, p.id DESC
LIMIT $limit
RETURN collect(p.id) AS ids
