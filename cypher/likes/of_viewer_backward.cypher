// A page of the posts that the viewer likes and may see, from the oldest like on: a seek in the relationship index
// params: {"viewer": 1, "at": -1, "post": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: rows [at, post id, post id], oldest first, ties by id
MATCH (viewer)-[l:LIKED]->(p)
// A seek, and no disjunction: with poor statistics the planner scans, or joins two searches.
USING INDEX SEEK l:LIKED(owner, at)
WHERE l.owner = $viewer AND l.at >= $at AND CASE WHEN l.at = $at THEN l.post > $post ELSE true END
MATCH (author:User {id: p.authorId})
USING INDEX SEEK author:User(id)
WHERE @may_see_post(viewer, p, author)
WITH l
ORDER BY l.owner, l.at, l.post
LIMIT $limit
RETURN collect([l.at, l.post, l.post]) AS rows
