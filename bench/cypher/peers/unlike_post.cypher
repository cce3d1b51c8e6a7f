// Take a like back; a second time changes nothing
// params: {"viewer": 1, "input": {"postId": "01890a5d-ac96-774b-bcce-b302099a8057"}}
// returns: payload
MATCH (p:Post {id: $input.postId})
MATCH (viewer:User {key: $viewer})
OPTIONAL MATCH (viewer)-[l:LIKED]->(p)
DELETE l
WITH DISTINCT p
RETURN {post: {id: p.id, viewerLikes: false, likeCount: COUNT { (p)<-[:LIKED]-() }}} AS payload
