// The last key that was given to a user
// params: {}
// returns: key, no record where there is nobody
MATCH (s:Sequence {name: 'userKey'})
RETURN s.value AS key
