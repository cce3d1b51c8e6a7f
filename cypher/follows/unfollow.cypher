// Stop following a person; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [viewer key, target key or null where there is no such person, whether an edge went, rows of the pair]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that `follow` takes, so that an edge is taken away once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (target:User {id: $target})
WHERE @may_see_user(viewer, target)
OPTIONAL MATCH (viewer)-[f:FOLLOWS]->(target)
WITH viewer, target, collect(f) AS edges
FOREACH (edge IN edges | DELETE edge)
WITH viewer, target, size(edges) > 0 AS went
RETURN [viewer.key, target.key, went, CASE WHEN target IS NULL THEN null ELSE @pair_rows(viewer, target) END] AS row
