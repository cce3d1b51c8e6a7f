// People by username, in lower case, and how the viewer, who may be nobody, and each stand
// params: {"names": ["mira"], "viewer": 1}
// returns: rows [name, columns of UserRow, fields of ViewerRelationship in order], in any order
OPTIONAL MATCH (viewer:User {key: $viewer})
UNWIND $names AS name
MATCH (u:User {usernameKey: name})
RETURN collect([name, @user_columns(u), @relationship_columns(viewer, u)]) AS rows
