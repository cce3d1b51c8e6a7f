// Mute a person no longer; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [viewer key, target key or null where there is no such person, whether a mute went]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that `mute` takes, so that a mute is taken away once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (target:User {id: $target})
WHERE target <> viewer AND @may_see_user(viewer, target)
OPTIONAL MATCH (viewer)-[m:MUTES]->(target)
WITH viewer, target, collect(m) AS edges
FOREACH (edge IN edges | DELETE edge)
RETURN [viewer.key, target.key, size(edges) > 0] AS row
