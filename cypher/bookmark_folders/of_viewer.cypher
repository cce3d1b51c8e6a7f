// The folders of somebody's bookmarks, which are few
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: rows [columns of BookmarkFolder], in any order
MATCH (viewer:User {id: $viewer})-[:HAS_FOLDER]->(folder:BookmarkFolder)
RETURN collect(@bookmark_folder_columns(folder)) AS rows
