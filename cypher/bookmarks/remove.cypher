// Remove a bookmark, also of a post that the viewer may no longer see; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [viewer key, author id or '' where there is no bookmark, whether an edge went, columns of the
//          BookmarkFolder that it left or null]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that `add` takes, so that an edge is removed once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (viewer)-[b:BOOKMARKED]->(p:Post {id: $post})
WITH viewer, collect(b) AS edges, coalesce(head(collect(p.authorId)), '') AS author
OPTIONAL MATCH ()-[h:HOLDS]->()
USING INDEX SEEK h:HOLDS(owner, post)
WHERE h.owner = viewer.key AND h.post = $post
WITH viewer, edges, author, collect(h) AS held
// A folder that was deleted is none, although it holds bookmarks until it is taken apart.
WITH viewer, edges, author, held, head([h IN held WHERE startNode(h):BookmarkFolder | startNode(h)]) AS previous
FOREACH (edge IN edges | DELETE edge)
FOREACH (edge IN held | DELETE edge)
WITH viewer, edges, author, previous
RETURN [viewer.key, author, size(edges) > 0,
  CASE WHEN previous IS NULL THEN null ELSE @bookmark_folder_columns(previous) END] AS row
