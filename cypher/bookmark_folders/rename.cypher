// Rename a folder of the viewer, unless another of theirs has that name
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "id": "01890a5d-ac96-774b-bcce-b302099a8058", "name": "Recipes", "nameKey": "recipes"}
// returns: row [viewer key, whether the name is taken, [columns of BookmarkFolder] as it is now, or null where there is none]; no
//          record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that `create` takes.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (viewer)-[:HAS_FOLDER]->(folder:BookmarkFolder {id: $id})
WITH viewer, folder,
  EXISTS { (viewer)-[:HAS_FOLDER]->(other:BookmarkFolder {nameKey: $nameKey}) WHERE other.id <> $id } AS isTaken
FOREACH (named IN CASE WHEN folder IS NULL OR isTaken THEN [] ELSE [folder] END |
  SET named.name = $name, named.nameKey = $nameKey)
WITH viewer, folder, isTaken
RETURN [viewer.key, isTaken, CASE WHEN folder IS NULL THEN null ELSE @bookmark_folder_columns(folder) END] AS row
