// Accept a chunk of the requests to follow somebody who has gone public; whoever is private again is left alone
// params: {"user": "01890a5d-ac96-774b-bcce-b302099a8057", "at": 1700000000000, "limit": 500}
// returns: rows [person key, asker id, asker key, whether a request went, whether a follow is new]; fewer than the limit, and no
//          more are open
MATCH (user:User {id: $user})
// Asking and going private take this lock too, so none asks and nobody closes the account between reading and accepting.
SET user.id = user.id
WITH user
MATCH (public:User {id: $user})
WHERE @user_public(public)
MATCH (asker:User)-[open:REQUESTED]->(public)
// Any of them first, or each chunk would sort all that are open; then in the order in which everybody takes locks.
WITH public, asker
LIMIT $limit
WITH public, asker
ORDER BY asker.key
// The lock on the start of each edge, that `follow` and a block take; then what is still open.
SET asker.id = asker.id
WITH public, collect(asker) AS askers
UNWIND askers AS asker
OPTIONAL MATCH (asker)-[request:REQUESTED]->(public)
WITH public, asker, request, request IS NOT NULL AND NOT EXISTS { (asker)-[:FOLLOWS]->(public) } AS isNew
WITH public, asker, request, isNew, request IS NOT NULL AS ended
FOREACH (from IN CASE WHEN isNew THEN [asker] ELSE [] END |
  CREATE (from)-[:FOLLOWS {at: $at, follower: from.key, followed: public.key}]->(public))
DELETE request
RETURN collect([public.key, asker.id, asker.key, ended, isNew]) AS rows
