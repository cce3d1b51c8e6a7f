// Accept a person's request to follow the viewer; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000}
// returns: row [viewer key, asker key or null where there is no such person, whether a request went, whether a follow is new,
//          whether they follow now, and since when]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
OPTIONAL MATCH (asker:User {id: $target})
WHERE asker <> viewer AND @may_see_user(viewer, asker)
// The lock on the start of the edge, that `follow` and a block take: a request that is still there afterwards may be accepted.
FOREACH (start IN CASE WHEN asker IS NULL THEN [] ELSE [asker] END | SET start.id = start.id)
WITH viewer, asker
OPTIONAL MATCH (asker)-[request:REQUESTED]->(viewer)
WITH viewer, asker, collect(request) AS requests
OPTIONAL MATCH (asker)-[f:FOLLOWS]->(viewer)
WITH viewer, asker, requests, f IS NOT NULL AS follows, coalesce(f.at, $at) AS since
WITH viewer, asker, requests, follows, since, size(requests) > 0 AND NOT follows AS isNew
FOREACH (request IN requests | DELETE request)
FOREACH (from IN CASE WHEN isNew THEN [asker] ELSE [] END |
  CREATE (from)-[:FOLLOWS {at: $at, follower: from.key, followed: viewer.key}]->(viewer))
RETURN [viewer.key, asker.key, size(requests) > 0, isNew, isNew OR follows, since] AS row
