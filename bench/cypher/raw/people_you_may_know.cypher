// People you may know as one would ask Neo4j without this project: the best form that was found on the real graph
// params: {"viewer": 1, "enough": 500, "limit": 10, "named": 3}
// returns: row [candidates ranked, mutuals of the last of them, [[mutuals, ids of some of them, columns of a person]]]
MATCH (viewer:User {key: $viewer})-[:FOLLOWS]->(mutual)-[:FOLLOWS]->(candidate)
WITH candidate, collect(mutual) AS mutuals
ORDER BY size(mutuals) DESC
LIMIT $enough
WITH collect([candidate, mutuals]) AS ranked
MATCH (viewer:User {key: $viewer})
WITH viewer, ranked, COLLECT { MATCH (viewer)-[:FOLLOWS]->(followed) RETURN followed } AS followed
CALL (viewer, ranked, followed) {
  UNWIND ranked AS pair
  WITH viewer, followed, pair[0] AS candidate, pair[1] AS mutuals
  WHERE candidate <> viewer AND NOT candidate IN followed
  WITH candidate, mutuals
  ORDER BY size(mutuals) DESC, candidate.key
  WITH candidate, mutuals
  WHERE candidate.discoverable AND candidate.state = 'ACTIVE'
  WITH candidate, mutuals
  LIMIT $limit
  RETURN collect([size(mutuals), [mutual IN mutuals[..$named] | mutual.id], [candidate.id, candidate.key, candidate.username,
    candidate.displayName, candidate.bio, candidate.location, candidate.website, candidate.avatarId, candidate.coverId,
    candidate.private, candidate.discoverable, candidate.state, candidate.verifiedAt, candidate.createdAt,
    candidate.hideFollowers, candidate.hideFollowing, candidate.hideCounts]]) AS rows
}
RETURN [size(ranked), size(ranked[-1][1]), rows] AS row
