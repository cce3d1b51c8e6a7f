// Block a person, and end whatever stands between the two; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000}
// returns: row [viewer key, target key or null where there is no such person, whether it is new, the edges that ended as
//          [type, whether it was the viewer's], since when it stands]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// Not `may_see_user`: who is blocked may block back.
OPTIONAL MATCH (target:User {id: $target})
WHERE target <> viewer AND @user_active(target)
// Both are locked, since edges of both end: always in the same order, so that two who block each other do not wait for each
// other. Whoever makes an edge has the lock on its start, and looks for blocks once they have it.
WITH viewer, target, CASE WHEN target IS NULL THEN [] WHEN viewer.key < target.key THEN [viewer, target] ELSE [target, viewer] END
  AS inOrder
FOREACH (user IN inOrder | SET user.id = user.id)
WITH viewer, target
OPTIONAL MATCH (viewer)-[edge:FOLLOWS|REQUESTED|CLOSE_FRIEND]-(target)
WITH viewer, target, collect(edge) AS edges
OPTIONAL MATCH (viewer)-[b:BLOCKS]->(target)
WITH viewer, target, edges, target IS NOT NULL AND b IS NULL AS isNew, coalesce(b.at, $at) AS since
WITH viewer, target, edges, isNew, since, [edge IN edges | [type(edge), startNode(edge) = viewer]] AS ended
FOREACH (edge IN edges | DELETE edge)
FOREACH (to IN CASE WHEN isNew THEN [target] ELSE [] END |
  CREATE (viewer)-[:BLOCKS {at: $at, blocker: viewer.key, blocked: to.key}]->(to))
RETURN [viewer.key, target.key, isNew, ended, since] AS row
