// A page of the posts that the viewer bookmarked and may see, from the oldest bookmark on: a seek in the relationship index
// params: {"viewer": 1, "at": -1, "post": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: rows [at, post id, post id], oldest first, ties by id
MATCH (viewer)-[b:BOOKMARKED]->(p)
// A seek, and no disjunction: with poor statistics the planner scans, or joins two searches.
USING INDEX SEEK b:BOOKMARKED(owner, at)
WHERE b.owner = $viewer AND b.at >= $at AND CASE WHEN b.at = $at THEN b.post > $post ELSE true END
MATCH (author:User {id: p.authorId})
USING INDEX SEEK author:User(id)
WHERE @may_see_post(viewer, p, author)
WITH b
ORDER BY b.owner, b.at, b.post
LIMIT $limit
RETURN collect([b.at, b.post, b.post]) AS rows
