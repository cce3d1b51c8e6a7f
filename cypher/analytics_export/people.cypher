// A page of people by id: those of them whom a stranger may see and whose account is open
// params: {"after": "018bcfe5-6800-0000-0000-000000000000", "end": "018c6d80-0000-0000-0000-000000000000", "limit": 1000}
// returns: row [how many were read, the last id of these, rows [id, key, whether verified, whether there is a bio, whether there is a
//          picture, how many they follow, 0 where they hide it]]
// slow: a thousand people
MATCH (u:User)
USING INDEX SEEK u:User(id)
WHERE u.id > $after AND u.id < $end
WITH u
ORDER BY u.id
LIMIT $limit
// Nobody is the viewer: nobody has this id.
OPTIONAL MATCH (nobody:User {id: ''})
WITH u, @may_see_user(nobody, u) AND @user_public(u) AS shown, @may_see_following(nobody, u) AS follows
WITH u, CASE WHEN shown THEN [
  u.id, u.key, u.verifiedAt IS NOT NULL, coalesce(u.bio, '') <> '', u.avatarId IS NOT NULL,
  CASE WHEN follows THEN COUNT { (u)-[:FOLLOWS]->() } ELSE 0 END] END AS row
RETURN [count(u), max(u.id), collect(row)] AS row
