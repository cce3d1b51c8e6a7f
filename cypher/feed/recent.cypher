// The newest home posts of some authors, for the lists of their recent posts
// params: {"authors": [1, 2], "limit": 200}
// returns: rows [key, ids], ids newest first; none for a key of nobody
// slow: hundreds of posts of each author
UNWIND $authors AS key
MATCH (author:User {key: key})
WITH key, author.id AS author
CALL (author) {
  MATCH (p:HomePost)
  WHERE p.authorId = author AND p.id < 'g'
  WITH p.id AS id, p
  ORDER BY p.authorId DESC, p.id DESC
  LIMIT $limit
  RETURN collect(id) AS ids
}
RETURN collect([key, ids]) AS rows
