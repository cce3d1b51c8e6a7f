// Put a bookmark of a post that the viewer may see into another folder of theirs, or into none
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "post": "01890a5d-ac96-774b-bcce-b302099a8058", "folder": "01890a5d-ac96-774b-bcce-b302099a8059"}
// returns: row [viewer key, whether the post may be seen and is bookmarked, whether there is no such folder,
//          columns of the BookmarkFolder that it is in now or null, the same of the one that it left]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that `add` takes.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (viewer)-[:HAS_FOLDER]->(folder:BookmarkFolder {id: $folder})
WITH viewer, folder, $folder IS NOT NULL AND folder IS NULL AS isLost
OPTIONAL MATCH (p:Post {id: $post})
OPTIONAL MATCH (author:User {id: p.authorId})
WITH viewer, folder, isLost, CASE WHEN @may_see_post(viewer, p, author) THEN p END AS p
OPTIONAL MATCH (viewer)-[b:BOOKMARKED]->(p)
WITH viewer, folder, isLost, b, p
OPTIONAL MATCH ()-[h:HOLDS]->()
USING INDEX SEEK h:HOLDS(owner, post)
WHERE h.owner = viewer.key AND h.post = $post
WITH viewer, folder, isLost, b, p, collect(h) AS held
WITH viewer, folder, isLost, b, p, [h IN held WHERE b IS NOT NULL AND NOT isLost AND (folder IS NULL OR h.folder <> folder.id)] AS left,
  CASE WHEN b IS NULL OR folder IS NULL OR any(h IN held WHERE h.folder = folder.id) THEN [] ELSE [folder] END AS entered
// A folder that was deleted is none, although it holds bookmarks until it is taken apart.
WITH viewer, folder, isLost, b, p, left, entered, head([h IN left WHERE startNode(h):BookmarkFolder | startNode(h)]) AS previous
FOREACH (edge IN left | DELETE edge)
FOREACH (into IN entered | CREATE (into)-[:HOLDS {owner: viewer.key, folder: into.id, at: b.at, post: p.id}]->(p))
WITH viewer, folder, isLost, b, previous
RETURN [viewer.key, b IS NOT NULL, isLost,
  CASE WHEN folder IS NULL THEN null ELSE @bookmark_folder_columns(folder) END,
  CASE WHEN previous IS NULL THEN null ELSE @bookmark_folder_columns(previous) END] AS row
