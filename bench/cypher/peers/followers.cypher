// A page of somebody's followers, newest first: a seek in the relationship index, at the same cost for everybody
// params: {"username": "mira", "first": 20}
// returns: user
MATCH (u:User {usernameKey: toLower($username)})
CALL (u) {
  MATCH (follower)-[f:FOLLOWS]->()
  USING INDEX SEEK f:FOLLOWS(followed, at)
  WHERE f.followed = u.key AND f.at > 0
  WITH f, follower
  ORDER BY f.followed DESC, f.at DESC, f.follower DESC
  LIMIT toInteger($first) + 1
  RETURN collect({
    cursor: toString(f.at) + '.' + toString(f.follower),
    node: {id: follower.id, username: follower.username, displayName: follower.displayName}
  }) AS edges
}
WITH edges[..$first] AS shown, size(edges) > $first AS more
RETURN {followers: {edges: shown, pageInfo: {endCursor: shown[-1].cursor, hasNextPage: more}}} AS user
