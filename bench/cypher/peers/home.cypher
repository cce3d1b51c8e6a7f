// The home page of a viewer with all that it shows: a seek for each followed author, then everything else of the page's posts
// params: {"viewer": 1, "first": 20}
// returns: page
MATCH (viewer:User {key: $viewer})
WITH viewer, [(viewer)-[:FOLLOWS]->(author) | author.id] AS followed
UNWIND followed + [viewer.id] AS authorId
CALL (authorId) {
  MATCH (p:HomePost)
  USING INDEX SEEK p:HomePost(authorId, id)
  WHERE p.authorId = authorId AND p.id > ''
  RETURN p
  ORDER BY p.authorId DESC, p.id DESC
  LIMIT toInteger($first) + 1
}
WITH viewer, p
ORDER BY p.id DESC
LIMIT toInteger($first) + 1
WITH viewer, p, head([(p)<-[:POSTED]-(author) | author]) AS author
WITH collect({node: {
  id: p.id, text: p.text, createdAt: p.createdAt,
  likeCount: COUNT { (p)<-[:LIKED]-() }, replyCount: COUNT { (p)<-[:REPLIES_TO]-() },
  viewerLikes: EXISTS { (viewer)-[:LIKED]->(p) },
  author: {id: author.id, username: author.username, displayName: author.displayName, avatar: null}
}}) AS edges
RETURN {edges: edges[..$first], pageInfo: {hasNextPage: size(edges) > $first}} AS page
