// How a viewer and people stand, both directions of everything
// params: {"viewer": 1, "ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: rows [id, fields of ViewerRelationship in order], in any order, without people who do not exist
MATCH (viewer:User {key: $viewer})
UNWIND $ids AS id
MATCH (user:User {id: id})
RETURN collect([user.id, @relationship_columns(viewer, user)]) AS rows
