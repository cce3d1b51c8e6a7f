// End some of the reposts of a post that is deleted, so that none of them is read in vain; the rules hide the rest meanwhile
// params: {"post": "01890a5d-ac96-774b-bcce-b302099a8058", "limit": 500}
// returns: rows [repost id, author id, author key], those that ended; none when all have
// slow: hundreds of reposts
MATCH (p:Post {id: $post})
WHERE NOT @post_live(p)
CALL (p) {
  MATCH (r:Repost)
  WHERE r.postId = p.id AND r.id < 'g'
  WITH r ORDER BY r.postId DESC, r.id DESC
  LIMIT $limit
  WITH r, [r.id, r.authorId, r.authorKey] AS row
  DETACH DELETE r
  RETURN collect(row) AS rows
}
RETURN rows
