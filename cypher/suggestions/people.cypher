// People whom the people I follow follow, by the number of those mutuals
// params: {"viewer": 1, "enough": 70, "limit": 10, "named": 3}
// returns: row [candidates looked at, [[mutuals, keys of some of them, columns of UserRow]]], most mutuals first, then oldest
// Counting first and dropping the followed from the top only is exact as long as `enough` exceeds those dropped by `limit`.
MATCH (viewer:User {key: $viewer})-[:FOLLOWS]->(mutual)-[:FOLLOWS]->(candidate)
WITH viewer, candidate, count(*) AS mutuals
ORDER BY mutuals DESC, candidate.key
LIMIT $enough
WITH viewer, collect([candidate, mutuals]) AS ranked
CALL (viewer, ranked) {
  UNWIND ranked AS pair
  WITH viewer, pair[0] AS candidate, pair[1] AS mutuals
  WHERE candidate <> viewer
    AND NOT EXISTS { (viewer)-[:FOLLOWS]->(candidate) }
    AND candidate.discoverable AND @person_active(candidate)
  WITH viewer, candidate, mutuals
  ORDER BY mutuals DESC, candidate.key
  LIMIT $limit
  CALL (viewer, candidate) {
    MATCH (viewer)-[:FOLLOWS]->(mutual)-[:FOLLOWS]->(candidate)
    WITH mutual
    LIMIT $named
    RETURN collect(mutual.id) AS some
  }
  RETURN collect([mutuals, some, @user_columns(candidate)]) AS rows
}
RETURN [size(ranked), rows] AS row
