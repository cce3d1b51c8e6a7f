// Stop following a person; a second time changes nothing
// params: {"viewer": 1, "input": {"userId": "01890a5d-ac96-774b-bcce-b302099a8057"}}
// returns: payload
MATCH (target:User {id: $input.userId})
MATCH (viewer:User {key: $viewer})
OPTIONAL MATCH (viewer)-[f:FOLLOWS]->(target)
DELETE f
WITH DISTINCT target
RETURN {user: {id: target.id, followerCount: COUNT { (target)<-[:FOLLOWS]-() }, viewerFollows: false}} AS payload
