// Take some bookmarks out of a folder that was deleted, and remove the folder with the last of them
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "most": 1000}
// returns: cleared, how many; fewer than `most`, and nothing is left
OPTIONAL MATCH (gone:DeletedBookmarkFolder {id: $id})
// Two who clear the same folder do it one after the other.
SET gone.id = gone.id
WITH gone
CALL (gone) {
  MATCH (gone)-[h:HOLDS]->()
  WITH h
  LIMIT $most
  DELETE h
  RETURN count(*) AS cleared
}
FOREACH (empty IN CASE WHEN gone IS NOT NULL AND cleared < $most THEN [gone] ELSE [] END | DETACH DELETE empty)
RETURN cleared
