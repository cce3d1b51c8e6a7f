// Like a post; a second time changes nothing
// params: {"viewer": 1, "at": 1700000000000, "input": {"postId": "01890a5d-ac96-774b-bcce-b302099a8057"}}
// returns: payload
MATCH (viewer:User {key: $viewer})
MATCH (p:Post {id: $input.postId})
MERGE (viewer)-[l:LIKED]->(p)
  ON CREATE SET l.at = $at
RETURN {post: {id: p.id, viewerLikes: true, likeCount: COUNT { (p)<-[:LIKED]-() }}} AS payload
