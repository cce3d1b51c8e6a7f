// A page of the ids of posts for everybody by people whose account is open, without replies to others, in one language, from the oldest on
// params: {"lang": "en", "post": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: ids, oldest first
MATCH (p:HomePost)
USING INDEX SEEK p:HomePost(audience, language, id)
WHERE @audience_public(p) AND p.language = $lang AND p.id > $post
// Who of the others is shown is decided by the lookups, from cached rows, and not here.
MATCH (author:User {id: p.authorId})
USING INDEX SEEK author:User(id)
WHERE @user_active(author) AND @user_public(author)
WITH p
ORDER BY p.audience, p.language, p.id
LIMIT $limit
RETURN collect(p.id) AS ids
