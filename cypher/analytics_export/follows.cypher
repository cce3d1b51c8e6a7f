// Whom some people follow, as far as a stranger may see it; from a place on, which is that of one of them
// params: {"keys": [1, 2], "at": -1, "followed": -1, "limit": 5000}
// returns: rows [key of the follower, at, key of the followed, [id of the follower, id of the followed] or null where it is hidden]
// slow: thousands of follows
UNWIND $keys AS key
CALL (key) {
  MATCH (follower:User)-[f:FOLLOWS]->(followed:User)
  USING INDEX SEEK f:FOLLOWS(follower, at)
  WHERE f.follower = key AND f.at >= $at AND CASE WHEN f.at = $at THEN f.followed > $followed ELSE true END
  WITH follower, f, followed
  ORDER BY f.follower, f.at, f.followed
  LIMIT $limit
  RETURN follower, f, followed
}
// Nobody is the viewer: nobody has this id.
OPTIONAL MATCH (nobody:User {id: ''})
WITH follower, f, followed, @may_see_following(nobody, follower) AND @may_see_followers(nobody, followed) AS shown
RETURN collect([f.follower, f.at, f.followed, CASE WHEN shown THEN [follower.id, followed.id] END]) AS rows
