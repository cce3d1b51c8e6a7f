// Hide a person from everybody, by order of the operator; a second time changes nothing
// params: {"usernameKey": "ana"}
// returns: row [id, key, whether they were not suspended before], or no record when there is no such person
MATCH (u:User {usernameKey: $usernameKey})
SET u.id = u.id
WITH u
MATCH (person:User {id: u.id})
WITH person, person.state <> 'SUSPENDED' AS isNew
SET person.state = 'SUSPENDED'
RETURN [person.id, person.key, isNew] AS row
