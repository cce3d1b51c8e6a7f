// The newest posts of an author that were not pushed to all, and those so young that it is not known: [id, delivery], newest first. They
// are as many as stand in a list at most, so no list reaches further; of an author's posts only so many are looked at
// fragment: author
COLLECT {
  MATCH (p:HomePost)
  WHERE p.authorId = author.id AND p.id < 'g'
  WITH p
  ORDER BY p.authorId DESC, p.id DESC
  LIMIT $scanned
  WHERE p.delivery <> 'PUSH' OR p.id >= $young
  RETURN [p.id, p.delivery]
  ORDER BY p.id DESC
  LIMIT $limit
}
