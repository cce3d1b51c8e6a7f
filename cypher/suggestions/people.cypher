// People whom the people I follow follow, by the number of those mutuals
// params: {"viewer": 1, "enough": 500, "limit": 10, "named": 3}
// returns: row [candidates ranked, mutuals of the last of them, [[mutuals, ids of some of them, columns of UserRow]]], most
//   mutuals first, then oldest
// Ranking reads nothing but edges. Properties are read of the best `enough` only, so which of those with as many mutuals as
// the last are among them is left to chance: a result is settled when all that it shows have more, or nobody was cut off.
MATCH (viewer:User {key: $viewer})-[:FOLLOWS]->(mutual)-[:FOLLOWS]->(candidate)
WITH candidate, count(*) AS mutuals
ORDER BY mutuals DESC
LIMIT $enough
WITH collect([candidate, mutuals]) AS ranked
MATCH (viewer:User {key: $viewer})
WITH viewer, ranked, COLLECT { MATCH (viewer)-[:FOLLOWS]->(followed) RETURN followed } AS followed
CALL (viewer, ranked, followed) {
  UNWIND ranked AS pair
  WITH viewer, followed, pair[0] AS candidate, pair[1] AS mutuals
  WHERE candidate <> viewer AND NOT candidate IN followed
  WITH followed, candidate, mutuals
  ORDER BY mutuals DESC, candidate.key
  // Apart from the filter above, so that it looks at people in order and stops when the page is full.
  WITH followed, candidate, mutuals
  WHERE candidate.discoverable AND @person_active(candidate)
  WITH followed, candidate, mutuals
  LIMIT $limit
  CALL (candidate, followed) {
    // From the followed to the candidate: the other way goes through every follower of somebody famous.
    UNWIND followed AS mutual
    WITH mutual, candidate
    WHERE EXISTS { (mutual)-[:FOLLOWS]->(candidate) }
    WITH mutual
    LIMIT $named
    RETURN collect(mutual.id) AS some
  }
  RETURN collect([mutuals, some, @user_columns(candidate)]) AS rows
}
RETURN [size(ranked), ranked[-1][1], rows] AS row
