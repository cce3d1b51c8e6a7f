// The hashtags of some posts that a stranger may see
// params: {"posts": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [post, hashtag, when the post was written]
// slow: thousands of hashtags
UNWIND $posts AS id
MATCH (p:Post {id: id})
MATCH (author:User {id: p.authorId})
// Nobody is the viewer: nobody has this id.
OPTIONAL MATCH (nobody:User {id: ''})
WITH p, author, nobody
WHERE @may_see_post(nobody, p, author)
MATCH (p)-[:TAGGED]->(tag:Hashtag)
RETURN collect([p.id, tag.name, p.createdAt]) AS rows
