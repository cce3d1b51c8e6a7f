// Let the time be over in which a name was somebody's of before
// params: {"name": "ana"}
// returns: name
MATCH (f:FormerUsername {usernameKey: $name})
SET f.until = 1
RETURN f.usernameKey AS name
