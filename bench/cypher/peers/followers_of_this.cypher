// A page of followers as a field of somebody who is found already
// params: {"first": 20}
// returns: page
MATCH (follower)-[f:FOLLOWS]->()
USING INDEX SEEK f:FOLLOWS(followed, at)
WHERE f.followed = this.key AND f.at > 0
WITH f, follower
ORDER BY f.followed DESC, f.at DESC, f.follower DESC
LIMIT toInteger($first) + 1
WITH collect({
  cursor: toString(f.at) + '.' + toString(f.follower),
  node: {id: follower.id, username: follower.username, displayName: follower.displayName}
}) AS edges
WITH edges[..$first] AS shown, size(edges) > $first AS more
RETURN {edges: shown, pageInfo: {endCursor: shown[-1].cursor, hasNextPage: more}} AS page
