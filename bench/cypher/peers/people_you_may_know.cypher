// People whom those whom the viewer follows follow, by the number of those mutuals; ranks all, and reads properties of the best
// params: {"viewer": 1, "first": 10, "enough": 500}
// returns: found {ranked, fewest, people}
// scans: the product is of one viewer and what was ranked for them
MATCH (viewer:User {key: $viewer})-[:FOLLOWS]->(mutual)-[:FOLLOWS]->(candidate)
WITH candidate, count(*) AS mutuals
ORDER BY mutuals DESC
LIMIT toInteger($enough)
WITH collect([candidate, mutuals]) AS ranked
MATCH (viewer:User {key: $viewer})
WITH viewer, ranked, COLLECT { MATCH (viewer)-[:FOLLOWS]->(followed) RETURN followed } AS followed
CALL (viewer, ranked, followed) {
  UNWIND ranked AS pair
  WITH viewer, followed, pair[0] AS candidate, pair[1] AS mutuals
  WHERE candidate <> viewer AND NOT candidate IN followed
  WITH followed, candidate, mutuals
  ORDER BY mutuals DESC, candidate.key
  LIMIT toInteger($first)
  CALL (candidate, followed) {
    UNWIND followed AS mutual
    WITH mutual, candidate
    WHERE EXISTS { (mutual)-[:FOLLOWS]->(candidate) }
    WITH mutual
    LIMIT 3
    RETURN collect({id: mutual.id, username: mutual.username}) AS named
  }
  RETURN collect({
    mutualCount: mutuals, mutuals: named,
    person: {id: candidate.id, username: candidate.username, displayName: candidate.displayName, bio: candidate.bio}
  }) AS people
}
RETURN {ranked: size(ranked), fewest: ranked[-1][1], people: people} AS found
