// A page of the reposts of a post, from the oldest on: a seek in the index, at the same cost at any depth
// params: {"post": "01890a5d-ac96-774b-bcce-b302099a8057", "repost": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: rows [id, author id], oldest first
MATCH (r:Repost)
USING INDEX SEEK r:Repost(postId, id)
WHERE r.postId = $post AND r.id > $repost
// Who of them is shown is decided by the lookups, from cached rows, not here.
WITH r
ORDER BY r.postId, r.id
LIMIT $limit
RETURN collect([r.id, r.authorId]) AS rows
