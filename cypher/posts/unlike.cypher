// Take a like back; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [viewer key, author id or null where there is no such post, whether an edge went, null, counts of the post
//          now, columns of PostRow]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that `like` takes, so that an edge is taken away once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (p:Post {id: $post})
OPTIONAL MATCH (author:User {id: p.authorId})
WITH viewer, CASE WHEN @may_see_post(viewer, p, author) THEN p END AS p
OPTIONAL MATCH (viewer)-[l:LIKED]->(p)
WITH viewer, p, collect(l) AS edges
FOREACH (edge IN edges | DELETE edge)
WITH viewer, p, size(edges) > 0 AS went, @like_rank(p) AS rank
FOREACH (to IN CASE WHEN went AND p.likeRank <> coalesce(rank, 0) THEN [p] ELSE [] END | SET to.likeRank = rank)
WITH viewer, p, went
RETURN [viewer.key, p.authorId, went, null, @post_counts(p),
  CASE WHEN p IS NULL THEN null ELSE @post_columns(p) END] AS row
