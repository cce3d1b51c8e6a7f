// In which folder of the viewer posts are: a seek in the relationship index for each
// params: {"viewer": 1, "posts": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [post id, [columns of BookmarkFolder]], in any order
UNWIND $posts AS post
MATCH (folder)-[h:HOLDS]->()
USING INDEX SEEK h:HOLDS(owner, post)
WHERE h.owner = $viewer AND h.post = post AND folder:BookmarkFolder
RETURN collect([post, @bookmark_folder_columns(folder)]) AS rows
