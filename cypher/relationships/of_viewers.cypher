// How viewers and people stand, both directions of everything
// params: {"viewers": [1], "ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [viewer's key, id, [fields of ViewerRelationship in order]], in any order, without people who do not exist
UNWIND $viewers AS key
MATCH (viewer:User {key: key})
UNWIND $ids AS id
MATCH (user:User {id: id})
RETURN collect([viewer.key, user.id, @relationship_columns(viewer, user)]) AS rows
