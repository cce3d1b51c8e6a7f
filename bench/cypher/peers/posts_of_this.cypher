// The newest posts as a field of somebody who is found already
// params: {"viewer": 1, "first": 20}
// returns: page
MATCH (viewer:User {key: $viewer})
MATCH (p:HomePost)
USING INDEX SEEK p:HomePost(authorId, id)
WHERE p.authorId = this.id AND p.id > ''
WITH viewer, p
ORDER BY p.authorId DESC, p.id DESC
LIMIT toInteger($first) + 1
WITH collect({node: {
  id: p.id, text: p.text, createdAt: p.createdAt,
  likeCount: COUNT { (p)<-[:LIKED]-() }, replyCount: COUNT { (p)<-[:REPLIES_TO]-() },
  viewerLikes: EXISTS { (viewer)-[:LIKED]->(p) }
}}) AS edges
WITH edges[..$first] AS shown, size(edges) > $first AS more
RETURN {edges: shown, pageInfo: {endCursor: shown[-1].node.id, hasNextPage: more}} AS page
