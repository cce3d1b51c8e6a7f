// People by username, in lower case, also by one that they had until a while ago, and how the viewer, who may be nobody, and each stand
// params: {"names": ["mira"], "viewer": 1, "at": 1700000000000}
// returns: rows [name, columns of UserRow, fields of ViewerRelationship in order], in any order
OPTIONAL MATCH (viewer:User {key: $viewer})
UNWIND $names AS name
OPTIONAL MATCH (named:User {usernameKey: name})
OPTIONAL MATCH (former:FormerUsername {usernameKey: name})
WHERE former.until > $at
OPTIONAL MATCH (renamed:User {id: former.userId})
WITH viewer, name, coalesce(named, renamed) AS u
WHERE u IS NOT NULL
RETURN collect([name, @user_columns(u), @relationship_columns(viewer, u)]) AS rows
