// Who likes some posts, as far as a stranger may see it; from a place on, which is that of one of them
// params: {"posts": ["01890a5d-ac96-774b-bcce-b302099a8057"], "at": -1, "other": -1, "limit": 5000}
// returns: rows [at, key of who likes it, [person, post, at] or null where it is hidden]
// slow: thousands of likes
UNWIND $posts AS id
MATCH (p:Post {id: id})
MATCH (author:User {id: p.authorId})
// Nobody is the viewer: nobody has this id.
OPTIONAL MATCH (nobody:User {id: ''})
WITH p, author, nobody
WHERE @may_see_post(nobody, p, author)
CALL (p) {
  MATCH (liker:User)-[l:LIKED]->()
  USING INDEX SEEK l:LIKED(post, at)
  WHERE l.post = p.id AND l.at >= $at AND CASE WHEN l.at = $at THEN l.owner > $other ELSE true END
  WITH liker, l
  ORDER BY l.post, l.at, l.owner
  LIMIT $limit
  RETURN liker, l
}
RETURN collect([l.at, l.owner, CASE WHEN @may_see_reactions(nobody, liker) THEN [liker.id, p.id, l.at] END]) AS rows
