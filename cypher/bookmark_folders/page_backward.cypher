// A page of the posts in a folder of the viewer that they may see, from the oldest bookmark on: a seek in the relationship index
// params: {"viewer": 1, "folder": "01890a5d-ac96-774b-bcce-b302099a8059", "at": -1, "post": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: rows [at, post id, post id], oldest first, ties by id; no record where the viewer has no such folder
MATCH (folder:BookmarkFolder {id: $folder})<-[:HAS_FOLDER]-(viewer:User {key: $viewer})
CALL (viewer) {
  MATCH ()-[h:HOLDS]->(p)
  // A seek, and no disjunction: with poor statistics the planner scans, or joins two searches.
  USING INDEX SEEK h:HOLDS(folder, at)
  WHERE h.folder = $folder AND h.at >= $at AND CASE WHEN h.at = $at THEN h.post > $post ELSE true END
  MATCH (author:User {id: p.authorId})
  USING INDEX SEEK author:User(id)
  WHERE @may_see_post(viewer, p, author)
  WITH h
  ORDER BY h.folder, h.at, h.post
  LIMIT $limit
  RETURN collect([h.at, h.post, h.post]) AS rows
}
RETURN rows
