// A page of the people whom the viewer follows and who follow a person
// params: {"viewer": 1, "key": 2, "below": 9007199254740991, "limit": 21}
// returns: rows [key, id], newest accounts first
// scans: nothing; the product is of two single rows
// slow: all whom the viewer follows, or all who follow a person
MATCH (viewer:User {key: $viewer})
MATCH (target:User {key: $key})
MATCH (viewer)-[:FOLLOWS]->(known:User)-[:FOLLOWS]->(target)
WHERE known.key < $below
// Who of them is shown is decided by the lookups, from cached rows, not here.
WITH known
ORDER BY known.key DESC
LIMIT $limit
RETURN collect([known.key, known.id]) AS rows
