// Take back a request to follow a person; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [viewer key, target key or null where there is no such person, whether a request went]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
// The lock that `follow` takes, so that a request ends once.
SET viewer.id = viewer.id
WITH viewer
OPTIONAL MATCH (target:User {id: $target})
WHERE @may_see_user(viewer, target)
OPTIONAL MATCH (viewer)-[request:REQUESTED]->(target)
WITH viewer, target, collect(request) AS requests
FOREACH (request IN requests | DELETE request)
RETURN [viewer.key, target.key, size(requests) > 0] AS row
