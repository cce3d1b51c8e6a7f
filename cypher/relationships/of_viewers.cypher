// How the viewers and people of each group stand, both directions of everything
// params: {"groups": [[[1], ["01890a5d-ac96-774b-bcce-b302099a8057"]]]}
// returns: rows [viewer's key, id, [fields of ViewerRelationship in order]], in any order, without people who do not exist
UNWIND $groups AS asked
UNWIND asked[0] AS key
MATCH (viewer:User {key: key})
UNWIND asked[1] AS id
MATCH (user:User {id: id})
RETURN collect([viewer.key, user.id, @relationship_columns(viewer, user)]) AS rows
