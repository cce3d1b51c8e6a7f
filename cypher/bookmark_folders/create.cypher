// Make a folder for bookmarks of the viewer, unless they have one of that name or as many as they may
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "id": "01890a5d-ac96-774b-bcce-b302099a8058", "name": "Recipes", "nameKey": "recipes", "at": 1700000000000, "most": 200}
// returns: row [viewer key, whether the name is taken, whether there are too many, [columns of BookmarkFolder] or null]; no record
//          without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// This write changes nothing but takes the lock, so that folders of one person are counted and named one after the other.
SET viewer.id = viewer.id
WITH viewer
WITH viewer, COUNT { (viewer)-[:HAS_FOLDER]->() } >= $most AS isFull,
  EXISTS { (viewer)-[:HAS_FOLDER]->(:BookmarkFolder {nameKey: $nameKey}) } AS isTaken
FOREACH (_ IN CASE WHEN isFull OR isTaken THEN [] ELSE [1] END |
  CREATE (viewer)-[:HAS_FOLDER]->(:BookmarkFolder {id: $id, ownerId: viewer.id, name: $name, nameKey: $nameKey, createdAt: $at}))
WITH viewer, isFull, isTaken
OPTIONAL MATCH (folder:BookmarkFolder {id: $id})
RETURN [viewer.key, isTaken, isFull, CASE WHEN folder IS NULL THEN null ELSE @bookmark_folder_columns(folder) END] AS row
