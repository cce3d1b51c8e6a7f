// Delete a folder of the viewer: from this moment nothing is in it and nothing is put into it; `clear` takes apart what it held
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "id": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [viewer key, whether the viewer had such a folder]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that everything takes that puts a bookmark into a folder.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (viewer)-[has:HAS_FOLDER]->(folder:BookmarkFolder {id: $id})
WITH viewer, collect(has) AS owned, collect(folder) AS folders
FOREACH (edge IN owned | DELETE edge)
FOREACH (gone IN folders | REMOVE gone:BookmarkFolder, gone.name, gone.nameKey SET gone:DeletedBookmarkFolder)
RETURN [viewer.key, size(folders) > 0] AS row
