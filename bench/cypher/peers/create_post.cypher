// Write a post: its node and the edge of its author
// params: {"viewer": 1, "id": "01890a5d-ac96-774b-bcce-b302099a8057", "at": 1700000000000, "input": {"text": "hello"}}
// returns: payload
MATCH (author:User {key: $viewer})
CREATE (p:Post:HomePost {
  id: $id, authorId: author.id, authorKey: author.key, text: $input.text, audience: 'PUBLIC', delivery: 'PUSH',
  deliveryReason: 'FEW_FOLLOWERS', home: true, mediaIds: [], mentionNames: [], mentionIds: [], createdAt: $at
})
CREATE (author)-[:POSTED]->(p)
RETURN {post: {id: p.id, text: p.text, author: {username: author.username}, likeCount: 0, replyCount: 0}} AS payload
