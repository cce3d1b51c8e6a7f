// A page of the posts that the viewer likes and may see, newest like first: a seek in the relationship index
// params: {"viewer": 1, "at": 9007199254740991, "post": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: rows [at, post id, post id], newest first, ties by id
MATCH (viewer)-[l:LIKED]->(p)
// A seek, and no disjunction: with poor statistics the planner scans, or joins two searches.
USING INDEX SEEK l:LIKED(owner, at)
WHERE l.owner = $viewer AND l.at <= $at AND CASE WHEN l.at = $at THEN l.post < $post ELSE true END
MATCH (author:User {id: p.authorId})
USING INDEX SEEK author:User(id)
WHERE @may_see_post(viewer, p, author)
WITH l
ORDER BY l.owner DESC, l.at DESC, l.post DESC
LIMIT $limit
RETURN collect([l.at, l.post, l.post]) AS rows
