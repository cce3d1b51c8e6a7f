// People you may know as one would ask Neo4j without this project: the best form that was found on the real graph
// params: {"viewer": 1, "enough": 500, "limit": 10, "named": 3}
// returns: row [candidates ranked, mutuals of the last of them, [[mutuals, ids of some of them, columns of a person]]]
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
  WITH followed, candidate, mutuals
  WHERE candidate.discoverable AND candidate.state = 'ACTIVE'
  WITH followed, candidate, mutuals
  LIMIT $limit
  CALL (candidate, followed) {
    UNWIND followed AS mutual
    WITH mutual, candidate
    WHERE EXISTS { (mutual)-[:FOLLOWS]->(candidate) }
    WITH mutual
    LIMIT $named
    RETURN collect(mutual.id) AS some
  }
  RETURN collect([mutuals, some, [candidate.id, candidate.key, candidate.username, candidate.displayName,
    candidate.bio, candidate.location, candidate.website, candidate.avatarId, candidate.coverId, candidate.private,
    candidate.discoverable, candidate.state, candidate.verifiedAt, candidate.createdAt,
    candidate.hideFollowers, candidate.hideFollowing, candidate.hideCounts]]) AS rows
}
RETURN [size(ranked), ranked[-1][1], rows] AS row
