// Where the ids of people and of posts begin
// params: {}
// returns: row [first id of a person, first id of a post], null where there is none
// scans: the product is of one person and one post
OPTIONAL CALL () {
  MATCH (u:User)
  WHERE u.id > ''
  WITH u
  ORDER BY u.id
  LIMIT 1
  RETURN u.id AS person
}
OPTIONAL CALL () {
  MATCH (p:Post)
  WHERE p.id > ''
  WITH p
  ORDER BY p.id
  LIMIT 1
  RETURN p.id AS post
}
RETURN [person, post] AS row
