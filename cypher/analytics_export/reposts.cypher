// Who reposted some posts, as far as a stranger may see it; from a place on, which is that of one of them
// params: {"posts": ["01890a5d-ac96-774b-bcce-b302099a8057"], "repost": "", "limit": 5000}
// returns: rows [id of the repost, [person, post, at] or null where it is hidden]
// slow: thousands of reposts
UNWIND $posts AS id
MATCH (p:Post {id: id})
MATCH (author:User {id: p.authorId})
// Nobody is the viewer: nobody has this id.
OPTIONAL MATCH (nobody:User {id: ''})
WITH p, author, nobody
WHERE @may_see_post(nobody, p, author)
CALL (p) {
  MATCH (r:Repost)
  USING INDEX SEEK r:Repost(postId, id)
  WHERE r.postId = p.id AND r.id > $repost
  WITH r
  ORDER BY r.postId, r.id
  LIMIT $limit
  RETURN r
}
MATCH (reposter:User {id: r.authorId})
RETURN collect([r.id, CASE WHEN @may_see_reactions(nobody, reposter) THEN [reposter.id, p.id, r.createdAt] END]) AS rows
