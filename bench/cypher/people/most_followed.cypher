// The person with most followers, and how many those are
// params: {}
// returns: row [id, key, username, followers]
// scans: everybody, once a run
MATCH (u:User)
WITH u, COUNT { (u)<-[:FOLLOWS]-() } AS followers
ORDER BY followers DESC, u.key
LIMIT 1
RETURN [u.id, u.key, u.username, followers] AS row
