// Follow a person, or ask to where they are private; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000}
// returns: row [viewer key, target key or null where there is no such person, whether a follow is new, whether a request is new,
//          whether a request became a follow, whether a request stands, rows of the pair, since when the follow or the request
//          stands]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// This write changes nothing but takes the lock, so that one viewer's follows come one after the other and an edge is made
// once. A block takes the same lock, so what follows sees it. The target is not locked: many may follow one person at once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (target:User {id: $target})
WHERE target <> viewer AND @may_see_user(viewer, target)
OPTIONAL MATCH (viewer)-[f:FOLLOWS]->(target)
WITH viewer, target, f.at AS since, f IS NOT NULL AS follows
// Who asks a private person locks them too, and looks again, so that no request is left on somebody who has just gone public.
FOREACH (closed IN CASE WHEN target.private AND NOT follows THEN [target] ELSE [] END | SET closed.id = closed.id)
WITH viewer, target, since, follows
OPTIONAL MATCH (again:User {id: target.id})
OPTIONAL MATCH (viewer)-[request:REQUESTED]->(again)
WITH viewer, target, since, request, coalesce(again.private AND NOT follows, false) AS asks,
  coalesce(NOT again.private AND NOT follows, false) AS isNew
WITH viewer, target, request, asks, isNew, CASE WHEN asks THEN coalesce(request.at, $at) ELSE coalesce(since, $at) END AS since
FOREACH (to IN CASE WHEN isNew THEN [target] ELSE [] END |
  CREATE (viewer)-[:FOLLOWS {at: $at, follower: viewer.key, followed: to.key}]->(to))
FOREACH (to IN CASE WHEN asks AND request IS NULL THEN [target] ELSE [] END |
  CREATE (viewer)-[:REQUESTED {at: $at, follower: viewer.key, followed: to.key}]->(to))
FOREACH (edge IN CASE WHEN isNew AND request IS NOT NULL THEN [request] ELSE [] END | DELETE edge)
WITH viewer, target, asks, since, isNew, asks AND request IS NULL AS isAsked, isNew AND request IS NOT NULL AS wasAsked
RETURN [viewer.key, target.key, isNew, isAsked, wasAsked, asks, CASE WHEN target IS NULL THEN null ELSE @pair_rows(viewer, target) END, since] AS row
