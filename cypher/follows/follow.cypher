// Follow a person, or ask to where they are private; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000, "most": 7500, "perHundred": 110}
// returns: row [viewer key, target key or null where there is no such person, whether a follow is new, whether a request is new,
//          whether a request became a follow, how many people the viewer may follow where that is why nothing is new, else null,
//          whether a request stands, rows of the pair, since when the follow or the request stands]; no record without the viewer
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
// Who is asked counts as followed: whether they accept is not the viewer's doing. All three are degrees, which the store keeps.
WITH viewer, target, since, request, coalesce(again.private, false) AS private, again IS NOT NULL AND NOT follows AS open,
  COUNT { (viewer)-[:FOLLOWS]->() } + COUNT { (viewer)-[:REQUESTED]->() } AS following,
  COUNT { (viewer)<-[:FOLLOWS]-() } * $perHundred / 100 AS earned
WITH viewer, target, since, request, private, open, following, CASE WHEN earned > $most THEN earned ELSE $most END AS most
WITH viewer, target, since, request, private, open, CASE WHEN open AND request IS NULL AND following >= most THEN most END AS ceiling
WITH viewer, target, since, request, ceiling, open AND ceiling IS NULL AND private AS asks,
  open AND ceiling IS NULL AND NOT private AS isNew
WITH viewer, target, request, ceiling, asks, isNew,
  CASE WHEN asks THEN coalesce(request.at, $at) ELSE coalesce(since, $at) END AS since
FOREACH (to IN CASE WHEN isNew THEN [target] ELSE [] END |
  CREATE (viewer)-[:FOLLOWS {at: $at, follower: viewer.key, followed: to.key}]->(to))
FOREACH (to IN CASE WHEN asks AND request IS NULL THEN [target] ELSE [] END |
  CREATE (viewer)-[:REQUESTED {at: $at, follower: viewer.key, followed: to.key}]->(to))
FOREACH (edge IN CASE WHEN isNew AND request IS NOT NULL THEN [request] ELSE [] END | DELETE edge)
WITH viewer, target, ceiling, asks, since, isNew, asks AND request IS NULL AS isAsked, isNew AND request IS NOT NULL AS wasAsked
RETURN [viewer.key, target.key, isNew, isAsked, wasAsked, ceiling, asks, CASE WHEN target IS NULL THEN null ELSE @pair_rows(viewer, target) END, since] AS row
