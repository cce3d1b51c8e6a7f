// The shortest way from one person to another along follows, at most six steps and only through people in use
// params: {"source": 1, "target": 2}
// returns: rows [columns of UserRow] from the source to the target; no record where there is none
// scans: nothing; the product is of two single rows
MATCH (source:User {key: $source})
MATCH (target:User {key: $target})
MATCH path = shortestPath((source)-[:FOLLOWS*..6]->(target))
WHERE all(person IN nodes(path) WHERE @person_active(person))
RETURN [person IN nodes(path) | @user_columns(person)] AS rows
