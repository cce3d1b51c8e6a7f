// A page of the ids of posts for everybody by people whose account is open, without replies to others, newest first
// params: {"post": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: ids, newest first
MATCH (p:HomePost)
USING INDEX SEEK p:HomePost(audience, id)
WHERE @audience_public(p) AND p.id < $post
// Who of the others is shown is decided by the lookups, from cached rows, and not here.
MATCH (author:User {id: p.authorId})
USING INDEX SEEK author:User(id)
WHERE @user_active(author) AND @user_public(author)
WITH p
ORDER BY p.audience DESC, p.id DESC
LIMIT $limit
RETURN collect(p.id) AS ids
