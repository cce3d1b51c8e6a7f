// End the follow of the viewer by a person; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [viewer key, follower key or null where there is no such person, whether an edge went]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
OPTIONAL MATCH (follower:User {id: $target})
WHERE follower <> viewer AND @may_see_user(viewer, follower)
// The lock on the start of the edge, that `follow` takes.
FOREACH (start IN CASE WHEN follower IS NULL THEN [] ELSE [follower] END | SET start.id = start.id)
WITH viewer, follower
OPTIONAL MATCH (follower)-[f:FOLLOWS]->(viewer)
WITH viewer, follower, collect(f) AS edges
FOREACH (edge IN edges | DELETE edge)
RETURN [viewer.key, follower.key, size(edges) > 0] AS row
