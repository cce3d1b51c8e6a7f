// Follow a person; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000}
// returns: row [viewer key, target key or null where there is no such person, whether it is new]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @person_active(viewer)
// This write changes nothing but takes the lock, so that one viewer's follows come one after the other and an edge is made
// once. The target is not locked: many may follow one person at the same time.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (target:User {id: $target})
WHERE @person_active(target) AND target <> viewer
WITH viewer, target, target IS NOT NULL AND NOT EXISTS { (viewer)-[:FOLLOWS]->(target) } AS isNew
FOREACH (to IN CASE WHEN isNew THEN [target] ELSE [] END |
  CREATE (viewer)-[:FOLLOWS {at: $at, follower: viewer.key, followed: to.key}]->(to))
RETURN [viewer.key, target.key, isNew] AS row
