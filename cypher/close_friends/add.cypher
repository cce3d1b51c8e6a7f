// Make a person a close friend; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000}
// returns: row [viewer key, target key or null where there is no such person, whether it is new, since when]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// This write changes nothing but takes the lock, so that an edge is made once, and none beside a block.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (target:User {id: $target})
WHERE target <> viewer AND @may_see_user(viewer, target)
OPTIONAL MATCH (viewer)-[c:CLOSE_FRIEND]->(target)
WITH viewer, target, target IS NOT NULL AND c IS NULL AS isNew, coalesce(c.at, $at) AS since
FOREACH (to IN CASE WHEN isNew THEN [target] ELSE [] END |
  CREATE (viewer)-[:CLOSE_FRIEND {at: $at, owner: viewer.key, friend: to.key}]->(to))
RETURN [viewer.key, target.key, isNew, since] AS row
