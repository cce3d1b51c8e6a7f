// Mute a person, until a time or for ever; a second time changes how
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000, "until": null, "repostsOnly": false}
// returns: row [viewer key, target key or null where there is no such person, since when]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// This write changes nothing but takes the lock, so that one viewer's mutes come one after the other and an edge is made once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (target:User {id: $target})
WHERE target <> viewer AND @may_see_user(viewer, target)
OPTIONAL MATCH (viewer)-[old:MUTES]->(target)
FOREACH (edge IN CASE WHEN old IS NULL THEN [] ELSE [old] END | DELETE edge)
FOREACH (to IN CASE WHEN target IS NULL THEN [] ELSE [target] END |
  CREATE (viewer)-[m:MUTES {at: $at, muter: viewer.key, muted: to.key}]->(to)
  SET m.until = $until, m.repostsOnly = $repostsOnly)
RETURN [viewer.key, target.key, $at] AS row
