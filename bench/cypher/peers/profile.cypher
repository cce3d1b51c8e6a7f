// Somebody's profile with the newest of their posts
// params: {"viewer": 1, "username": "mira", "first": 20}
// returns: user
MATCH (viewer:User {key: $viewer})
MATCH (u:User {usernameKey: toLower($username)})
CALL (viewer, u) {
  MATCH (p:HomePost)
  USING INDEX SEEK p:HomePost(authorId, id)
  WHERE p.authorId = u.id AND p.id > ''
  WITH viewer, p
  ORDER BY p.authorId DESC, p.id DESC
  LIMIT toInteger($first) + 1
  RETURN collect({node: {
    id: p.id, text: p.text, createdAt: p.createdAt,
    likeCount: COUNT { (p)<-[:LIKED]-() }, replyCount: COUNT { (p)<-[:REPLIES_TO]-() },
    viewerLikes: EXISTS { (viewer)-[:LIKED]->(p) }
  }}) AS edges
}
WITH viewer, u, edges[..$first] AS shown, size(edges) > $first AS more
RETURN {
  id: u.id, username: u.username, displayName: u.displayName, bio: u.bio,
  followerCount: COUNT { (u)<-[:FOLLOWS]-() }, followingCount: COUNT { (u)-[:FOLLOWS]->() },
  postCount: COUNT { (u)-[:POSTED]->() },
  viewerFollows: EXISTS { (viewer)-[:FOLLOWS]->(u) }, followsViewer: EXISTS { (u)-[:FOLLOWS]->(viewer) },
  posts: {edges: shown, pageInfo: {endCursor: shown[-1].node.id, hasNextPage: more}}
} AS user
