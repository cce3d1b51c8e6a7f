// Write follows of the demo world, each with its own moment
// params: {"rows": [[1, [[2, 1700000000000]]]]}
// returns: written, how many were given
UNWIND $rows AS row
MATCH (follower:User {key: row[0]})
UNWIND row[1] AS one
MATCH (followed:User {key: one[0]})
MERGE (follower)-[f:FOLLOWS]->(followed)
  ON CREATE SET f.at = one[1], f.follower = follower.key, f.followed = followed.key
RETURN count(*) AS written
