// Bookmark a post that the viewer may see; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000}
// returns: row [viewer key, author id or null where there is no such post, whether it is new, since when, null, columns
//          of PostRow]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// Takes the lock on the viewer alone: bookmarks of one viewer come one after the other, so an edge is made once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (p:Post {id: $post})
OPTIONAL MATCH (author:User {id: p.authorId})
WITH viewer, CASE WHEN @may_see_post(viewer, p, author) THEN p END AS p
OPTIONAL MATCH (viewer)-[b:BOOKMARKED]->(p)
WITH viewer, p, p IS NOT NULL AND b IS NULL AS isNew, coalesce(b.at, $at) AS since
FOREACH (to IN CASE WHEN isNew THEN [p] ELSE [] END |
  CREATE (viewer)-[:BOOKMARKED {at: $at, owner: viewer.key, post: p.id}]->(to))
RETURN [viewer.key, p.authorId, isNew, since, null,
  CASE WHEN p IS NULL THEN null ELSE @post_columns(p) END] AS row
