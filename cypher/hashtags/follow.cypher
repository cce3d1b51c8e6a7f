// Follow a hashtag, unless too many are followed; one that is followed already stays as it is
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "tag": "birds", "at": 1700000000000, "most": 200}
// returns: row [viewer key, whether it fits, whether it is new]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// This write changes nothing but takes the lock, so that hashtags of one person are counted one after the other.
SET viewer.id = viewer.id
WITH viewer, COUNT { (viewer)-[:FOLLOWS_HASHTAG]->() } AS followed
OPTIONAL MATCH (viewer)-[f:FOLLOWS_HASHTAG]->(:Hashtag {name: $tag})
WITH viewer, f IS NULL AS isNew, f IS NOT NULL OR followed < $most AS fits
FOREACH (_ IN CASE WHEN isNew AND fits THEN [1] ELSE [] END |
  MERGE (tag:Hashtag {name: $tag})
  CREATE (viewer)-[:FOLLOWS_HASHTAG {at: $at, owner: viewer.key, tag: $tag}]->(tag))
RETURN [viewer.key, fits, isNew AND fits] AS row
