// The shortest way from one person to another along follows that a viewer, who may be nobody, may see; at most six steps
// params: {"viewer": null, "source": 1, "target": 2}
// returns: rows [columns of UserRow] from the source to the target; no record where there is none
// scans: nothing; the product is of single rows
// slow: a search of up to six steps
OPTIONAL MATCH (viewer:User {key: $viewer})
// The few people that make a difference to this viewer, so that the search reads nothing but properties on its way.
WITH viewer,
  COLLECT { MATCH (viewer)-[:BLOCKS]-(other) RETURN other } AS blocked,
  COLLECT { MATCH (viewer)-[:FOLLOWS]->(other) WHERE other.private RETURN other } AS opened
MATCH (source:User {key: $source})
MATCH (target:User {key: $target})
MATCH path = shortestPath((source)-[:FOLLOWS*..6]->(target))
WHERE all(user IN nodes(path) WHERE @user_active(user) AND NOT user IN blocked)
  AND all(follow IN relationships(path) WHERE coalesce($viewer IN [follow.follower, follow.followed], false) OR (
    all(user IN [startNode(follow)] WHERE @shows_following(user) AND (@user_public(user) OR user IN opened))
    AND all(user IN [endNode(follow)] WHERE @shows_followers(user) AND (@user_public(user) OR user IN opened))))
RETURN [user IN nodes(path) | @user_columns(user)] AS rows
