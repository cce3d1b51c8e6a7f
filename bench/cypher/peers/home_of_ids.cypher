// The same page from ids that are known already
// params: {"viewer": 1, "ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: edges
MATCH (viewer:User {key: $viewer})
UNWIND $ids AS id
MATCH (p:Post {id: id})
WITH viewer, p, head([(p)<-[:POSTED]-(author) | author]) AS author
ORDER BY p.id DESC
RETURN collect({node: {
  id: p.id, text: p.text, createdAt: p.createdAt,
  likeCount: COUNT { (p)<-[:LIKED]-() }, replyCount: COUNT { (p)<-[:REPLIES_TO]-() },
  viewerLikes: EXISTS { (viewer)-[:LIKED]->(p) },
  author: {id: author.id, username: author.username, displayName: author.displayName, avatar: null}
}}) AS edges
