// Somebody whom at least so many follow, and as few more as there are
// params: {"followers": 100}
// returns: row [id, key]
// scans: everybody, once a run
MATCH (u:User)
WITH u, COUNT { (u)<-[:FOLLOWS]-() } AS followers
WHERE followers >= $followers
ORDER BY followers, u.key
LIMIT 1
RETURN [u.id, u.key] AS row
