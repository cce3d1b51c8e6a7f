// A page of the ids of the direct replies to a post that are not hidden, oldest first, as a conversation is read
// params: {"post": "01890a5d-ac96-774b-bcce-b302099a8057", "reply": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: ids, oldest first
MATCH (p:Post)
USING INDEX SEEK p:Post(replyToId, id)
WHERE p.replyToId = $post AND p.id > $reply AND @post_live(p) AND p.replyHiddenAt IS NULL
WITH p
ORDER BY p.replyToId, p.id
LIMIT $limit
RETURN collect(p.id) AS ids
