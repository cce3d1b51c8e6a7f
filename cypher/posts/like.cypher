// Like a post that the viewer may see; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000}
// returns: row [viewer key, author id or null where there is no such post, whether it is new, since when, counts of the post
//          now, columns of PostRow]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// This write changes nothing but takes the lock, so that one viewer's likes come one after the other and an edge is made
// once. The post is not locked: many may like it at the same time.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (p:Post {id: $post})
OPTIONAL MATCH (author:User {id: p.authorId})
WITH viewer, CASE WHEN @may_see_post(viewer, p, author) THEN p END AS p
OPTIONAL MATCH (viewer)-[l:LIKED]->(p)
WITH viewer, p, p IS NOT NULL AND l IS NULL AS isNew, coalesce(l.at, $at) AS since
FOREACH (to IN CASE WHEN isNew THEN [p] ELSE [] END | CREATE (viewer)-[:LIKED {at: $at, owner: viewer.key, post: to.id}]->(to))
WITH viewer, p, isNew, since, @like_rank(p) AS rank
// Only where it enters another step, so that likes of a reply that has many do not wait for each other.
FOREACH (to IN CASE WHEN isNew AND p.replyToId IS NOT NULL AND coalesce(p.likeRank, 0) <> rank THEN [p] ELSE [] END |
  SET to.likeRank = rank)
WITH viewer, p, isNew, since
RETURN [viewer.key, p.authorId, isNew, since, @post_counts(p),
  CASE WHEN p IS NULL THEN null ELSE @post_columns(p) END] AS row
