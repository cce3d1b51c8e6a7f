// People whom the people I follow follow, by the number of those mutuals, where I may see all of it
// params: {"viewer": 1, "enough": 500, "limit": 15, "held": 6, "now": 1700000000000}
// returns: row [candidates ranked, mutuals of the last of them, [[id, mutuals, ids of some of them]]], most mutuals first, then oldest
// slow: up to a hundred thousand two-step ways
// Ranking reads nothing but edges, and of the followed whether they show whom they follow. Properties of candidates are read
// of the best `enough` only, so which of those with as many mutuals as the last are among them is left to chance: a result is
// settled as far as its candidates have more, or when nobody was cut off.
MATCH (viewer:User {key: $viewer})-[:FOLLOWS]->(mutual)
// All that `may_see_following` asks of somebody whom the viewer follows: neither blocks the other, and a private list is open.
WHERE @user_active(mutual) AND @shows_following(mutual)
MATCH (mutual)-[:FOLLOWS]->(candidate)
// To collect costs as much as to count. To look afterwards who of the followed follows a candidate costs more than the ranking.
WITH candidate, collect(mutual) AS mutuals
ORDER BY size(mutuals) DESC
LIMIT $enough
WITH collect([candidate, mutuals]) AS ranked
MATCH (viewer:User {key: $viewer})
WITH ranked,
  COLLECT { MATCH (viewer)-[:FOLLOWS]->(followed) RETURN followed } AS followed,
  [viewer] + COLLECT { MATCH (viewer)-[:REQUESTED]->(asked) RETURN asked }
    + COLLECT { MATCH (viewer)-[m:MUTES]->(muted) WHERE m.until IS NULL OR m.until > $now RETURN muted }
    + COLLECT { MATCH (viewer)-[:BLOCKS]-(blocked) RETURN blocked } AS unwanted
CALL (ranked, followed, unwanted) {
  UNWIND ranked AS pair
  WITH pair[0] AS candidate, pair[1] AS mutuals
  WHERE NOT candidate IN followed AND NOT candidate IN unwanted
  WITH candidate, mutuals
  ORDER BY size(mutuals) DESC, candidate.key
  // Apart from the filter above, so that it looks at people in order and stops when there are enough.
  WITH candidate, mutuals
  // All that `may_find_user` and `may_see_followers` ask of somebody else whom the viewer does not follow, where neither blocks.
  WHERE @user_active(candidate) AND @user_discoverable(candidate) AND @user_public(candidate) AND @shows_followers(candidate)
  WITH candidate, mutuals
  LIMIT $limit
  RETURN collect([candidate.id, size(mutuals), [mutual IN mutuals[..$held] | mutual.id]]) AS rows
}
RETURN [size(ranked), size(ranked[-1][1]), rows] AS row
