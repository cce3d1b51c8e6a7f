// A page of the posts that the viewer bookmarked and may see, from the oldest bookmark on: a seek in the relationship index
// params: {"viewer": 1, "at": -1, "post": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: rows [at, post id, post id], oldest first, ties by id
MATCH (viewer)-[b:BOOKMARKED]->(p)
WHERE b.owner = $viewer AND b.at >= $at AND (b.at > $at OR b.post > $post)
MATCH (author:User {id: p.authorId})
WHERE @may_see_post(viewer, p, author)
WITH b
ORDER BY b.owner, b.at, b.post
LIMIT $limit
RETURN collect([b.at, b.post, b.post]) AS rows
