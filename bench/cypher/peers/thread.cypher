// A post with its first replies, oldest first
// params: {"viewer": 1, "id": "01890a5d-ac96-774b-bcce-b302099a8057", "first": 20}
// returns: post
MATCH (viewer:User {key: $viewer})
MATCH (p:Post {id: $id})<-[:POSTED]-(author)
CALL (viewer, p) {
  MATCH (reply:Post)
  USING INDEX SEEK reply:Post(replyToId, id)
  WHERE reply.replyToId = p.id AND reply.id > '' AND reply.deletedAt IS NULL
  WITH viewer, reply
  ORDER BY reply.replyToId, reply.id
  LIMIT toInteger($first)
  WITH viewer, reply, head([(reply)<-[:POSTED]-(writer) | writer]) AS writer
  RETURN collect({node: {
    id: reply.id, text: reply.text, author: {username: writer.username, displayName: writer.displayName},
    likeCount: COUNT { (reply)<-[:LIKED]-() }, replyCount: COUNT { (reply)<-[:REPLIES_TO]-() },
    viewerLikes: EXISTS { (viewer)-[:LIKED]->(reply) }
  }}) AS edges
}
RETURN {
  id: p.id, text: p.text, author: {username: author.username, displayName: author.displayName},
  likeCount: COUNT { (p)<-[:LIKED]-() }, replyCount: COUNT { (p)<-[:REPLIES_TO]-() },
  viewerLikes: EXISTS { (viewer)-[:LIKED]->(p) },
  replies: {edges: edges}
} AS post
