// People whom the people I follow follow, by the number of those mutuals, where I may see all of it
// params: {"viewer": 1, "enough": 500, "limit": 10, "named": 3, "now": 1700000000000}
// returns: row [candidates ranked, mutuals of the last of them, [[mutuals, ids of some of them, columns of UserRow]]], most
//   mutuals first, then oldest
// slow: up to a hundred thousand two-step ways
// Ranking reads nothing but edges, and of the followed whether they show whom they follow. Properties of candidates are read
// of the best `enough` only, so which of those with as many mutuals as the last are among them is left to chance: a result is
// settled when all that it shows have more, or nobody was cut off.
MATCH (viewer:User {key: $viewer})-[:FOLLOWS]->(mutual)
// All that `may_see_following` asks of somebody whom the viewer follows: neither blocks the other, and a private list is open.
WHERE @user_active(mutual) AND @shows_following(mutual)
MATCH (mutual)-[:FOLLOWS]->(candidate)
WITH candidate, count(*) AS mutuals
ORDER BY mutuals DESC
LIMIT $enough
WITH collect([candidate, mutuals]) AS ranked
MATCH (viewer:User {key: $viewer})
WITH viewer, ranked,
  COLLECT { MATCH (viewer)-[:FOLLOWS]->(followed) RETURN followed } AS followed,
  COLLECT { MATCH (viewer)-[:REQUESTED]->(asked) RETURN asked }
    + COLLECT { MATCH (viewer)-[m:MUTES]->(muted) WHERE m.until IS NULL OR m.until > $now RETURN muted } AS unwanted
CALL (viewer, ranked, followed, unwanted) {
  UNWIND ranked AS pair
  WITH viewer, followed, unwanted, pair[0] AS candidate, pair[1] AS mutuals
  WHERE candidate <> viewer AND NOT candidate IN followed AND NOT candidate IN unwanted
  WITH viewer, followed, candidate, mutuals
  ORDER BY mutuals DESC, candidate.key
  // Apart from the filter above, so that it looks at people in order and stops when the page is full.
  WITH viewer, followed, candidate, mutuals
  WHERE @may_find_user(viewer, candidate) AND @may_see_followers(viewer, candidate)
  WITH followed, candidate, mutuals
  LIMIT $limit
  CALL (candidate, followed) {
    // From the followed to the candidate: the other way goes through every follower of somebody famous.
    UNWIND followed AS mutual
    WITH mutual, candidate
    WHERE EXISTS { (mutual)-[:FOLLOWS]->(candidate) } AND @user_active(mutual) AND @shows_following(mutual)
    WITH mutual
    LIMIT $named
    RETURN collect(mutual.id) AS some
  }
  RETURN collect([mutuals, some, @user_columns(candidate)]) AS rows
}
RETURN [size(ranked), ranked[-1][1], rows] AS row
