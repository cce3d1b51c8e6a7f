// Hide a person from everybody, by order of the operator; a second time changes nothing
// params: {"usernameKey": "ana"}
// returns: row [id, key, whether they were not suspended before], or no record when there is no such person
MATCH (u:User {usernameKey: $usernameKey})
SET u.id = u.id
WITH u
MATCH (user:User {id: u.id})
WITH user, user.state <> 'SUSPENDED' AS isNew
SET user.state = 'SUSPENDED'
RETURN [user.id, user.key, isNew] AS row
