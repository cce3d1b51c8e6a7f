// A page of the reposts of a post, newest first: a seek in the index, at the same cost at any depth
// params: {"post": "01890a5d-ac96-774b-bcce-b302099a8057", "repost": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: rows [id, author id], newest first
MATCH (r:Repost)
USING INDEX SEEK r:Repost(postId, id)
WHERE r.postId = $post AND r.id < $repost
// Who of them is shown is decided by the lookups, from cached rows, not here.
WITH r
ORDER BY r.postId DESC, r.id DESC
LIMIT $limit
RETURN collect([r.id, r.authorId]) AS rows
