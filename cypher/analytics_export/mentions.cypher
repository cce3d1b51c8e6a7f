// Whom some posts mention that a stranger may see, both the post and the person
// params: {"posts": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [post, person, when the post was written]
// slow: thousands of mentions
UNWIND $posts AS id
MATCH (p:Post {id: id})
MATCH (author:User {id: p.authorId})
// Nobody is the viewer: nobody has this id.
OPTIONAL MATCH (nobody:User {id: ''})
WITH p, author, nobody
WHERE @may_see_post(nobody, p, author)
UNWIND p.mentionIds AS mentioned
MATCH (person:User {id: mentioned})
WHERE @may_see_user(nobody, person) AND @user_public(person)
RETURN collect(DISTINCT [p.id, person.id, p.createdAt]) AS rows
