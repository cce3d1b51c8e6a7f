// Bookmark a post that the viewer may see, and put it into a folder, if one is named; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058", "folder": "01890a5d-ac96-774b-bcce-b302099a8059", "at": 1700000000000}
// returns: row [viewer key, author id or null where there is no such post or no such folder, whether the bookmark is new, whether
//          there is no such folder, columns of the BookmarkFolder that it left or null, since when, null, columns of PostRow]; no record
//          without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// Takes the lock on the viewer alone: bookmarks of one viewer come one after the other, so an edge is made once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (viewer)-[:HAS_FOLDER]->(folder:BookmarkFolder {id: $folder})
WITH viewer, folder, $folder IS NOT NULL AND folder IS NULL AS isLost
OPTIONAL MATCH (p:Post {id: $post})
OPTIONAL MATCH (author:User {id: p.authorId})
WITH viewer, folder, isLost, CASE WHEN NOT isLost AND @may_see_post(viewer, p, author) THEN p END AS p
OPTIONAL MATCH (viewer)-[b:BOOKMARKED]->(p)
WITH viewer, folder, isLost, p, p IS NOT NULL AND b IS NULL AS isNew, coalesce(b.at, $at) AS since
// Where it is now. Without a folder it stays there.
OPTIONAL MATCH ()-[h:HOLDS]->()
USING INDEX SEEK h:HOLDS(owner, post)
WHERE h.owner = viewer.key AND h.post = $post
WITH viewer, folder, isLost, p, isNew, since, collect(h) AS held
WITH viewer, folder, isLost, p, isNew, since, [h IN held WHERE p IS NOT NULL AND h.folder <> folder.id] AS left,
  CASE WHEN p IS NULL OR folder IS NULL OR any(h IN held WHERE h.folder = folder.id) THEN [] ELSE [folder] END AS entered
// A folder that was deleted is none, although it holds bookmarks until it is taken apart.
WITH viewer, isLost, p, isNew, since, left, entered, head([h IN left WHERE startNode(h):BookmarkFolder | startNode(h)]) AS previous
FOREACH (to IN CASE WHEN isNew THEN [p] ELSE [] END |
  CREATE (viewer)-[:BOOKMARKED {at: $at, owner: viewer.key, post: p.id}]->(to))
FOREACH (edge IN left | DELETE edge)
FOREACH (into IN entered | CREATE (into)-[:HOLDS {owner: viewer.key, folder: into.id, at: since, post: p.id}]->(p))
WITH viewer, isLost, p, isNew, since, previous
RETURN [viewer.key, p.authorId, isNew, isLost, CASE WHEN previous IS NULL THEN null ELSE @bookmark_folder_columns(previous) END,
  since, null,
  CASE WHEN p IS NULL THEN null ELSE @post_columns(p) END] AS row
