// Refuse a person's request to follow the viewer; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [viewer key, asker key or null where there is no such person, whether a request went]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
OPTIONAL MATCH (asker:User {id: $target})
WHERE asker <> viewer AND @may_see_user(viewer, asker)
// The lock on the start of the edge, that `follow` takes.
FOREACH (start IN CASE WHEN asker IS NULL THEN [] ELSE [asker] END | SET start.id = start.id)
WITH viewer, asker
OPTIONAL MATCH (asker)-[request:REQUESTED]->(viewer)
WITH viewer, asker, collect(request) AS requests
FOREACH (request IN requests | DELETE request)
RETURN [viewer.key, asker.key, size(requests) > 0] AS row
