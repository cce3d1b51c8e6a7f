// The newest home posts of one author, to merge into a follower's timeline
// params: {"author": 1, "limit": 800}
// returns: ids, newest first
MATCH (author:User {key: $author})
WITH author.id AS author
MATCH (p:HomePost)
WHERE p.authorId = author AND p.id < 'g'
WITH p.id AS id, p
ORDER BY p.authorId DESC, p.id DESC
LIMIT $limit
RETURN collect(id) AS ids
