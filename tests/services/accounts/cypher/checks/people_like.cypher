// How many people have a username that begins like this
// params: {"prefix": "ana"}
// returns: people, a number
MATCH (u:User)
WHERE u.usernameKey STARTS WITH $prefix
RETURN count(u) AS people
