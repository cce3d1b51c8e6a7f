// Block a person no longer; nothing that the block ended comes back, and a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [viewer key, target key or null where there is no such person, whether a block went]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that a block takes, so that it ends once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (target:User {id: $target})
// Whoever is not blocked is answered as by any lookup, or this would tell who blocks the viewer.
WHERE target <> viewer AND @user_active(target)
  AND (EXISTS { (viewer)-[:BLOCKS]->(target) } OR @may_see_user(viewer, target))
OPTIONAL MATCH (viewer)-[b:BLOCKS]->(target)
WITH viewer, target, collect(b) AS edges
FOREACH (edge IN edges | DELETE edge)
RETURN [viewer.key, target.key, size(edges) > 0] AS row
