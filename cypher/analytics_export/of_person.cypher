// Of when the things are that hang on a person whom a stranger may see: the first six digits of ids, which are a time of five hours. Where
// there are as many as asked for, more may be left out
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "most": 10000}
// returns: row of pairs [how many were read, beginnings] of their posts, what they like, what they reposted, what mentions them, and who
//          follows them; no record where a stranger sees nobody of that id, or a closed account
// slow: tens of thousands of edges
MATCH (u:User {id: $id})
// Nobody is the viewer: nobody has this id.
OPTIONAL MATCH (nobody:User {id: ''})
WITH u, nobody
WHERE @may_see_user(nobody, u) AND @user_public(u)
CALL (u) {
  MATCH (p:Post)
  USING INDEX SEEK p:Post(authorId, id)
  WHERE p.authorId = u.id AND p.id > ''
  WITH p
  LIMIT $most
  RETURN [count(p), collect(DISTINCT left(p.id, 6))] AS posts
}
CALL (u) {
  MATCH ()-[l:LIKED]->()
  USING INDEX SEEK l:LIKED(owner, at)
  WHERE l.owner = u.key AND l.at >= 0
  WITH l
  LIMIT $most
  RETURN [count(l), collect(DISTINCT left(l.post, 6))] AS likes
}
CALL (u) {
  MATCH (r:Repost)
  USING INDEX SEEK r:Repost(authorId, id)
  WHERE r.authorId = u.id AND r.id > ''
  WITH r
  LIMIT $most
  RETURN [count(r), collect(DISTINCT left(r.postId, 6))] AS reposts
}
CALL (u) {
  MATCH (u)<-[:MENTIONS]-(p:Post)
  WITH p
  LIMIT $most
  RETURN [count(p), collect(DISTINCT left(p.id, 6))] AS mentions
}
CALL (u) {
  MATCH (follower:User)-[f:FOLLOWS]->()
  USING INDEX SEEK f:FOLLOWS(followed, at)
  WHERE f.followed = u.key AND f.at >= 0
  WITH follower
  LIMIT $most
  RETURN [count(follower), collect(DISTINCT left(follower.id, 6))] AS followers
}
RETURN [posts, likes, reposts, mentions, followers] AS row
