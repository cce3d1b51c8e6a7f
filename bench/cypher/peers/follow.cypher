// Follow a person; a second time changes nothing
// params: {"viewer": 1, "at": 1700000000000, "input": {"userId": "01890a5d-ac96-774b-bcce-b302099a8057"}}
// returns: payload
MATCH (viewer:User {key: $viewer})
MATCH (target:User {id: $input.userId})
MERGE (viewer)-[f:FOLLOWS]->(target)
  ON CREATE SET f.at = $at, f.follower = viewer.key, f.followed = target.key
RETURN {user: {id: target.id, followerCount: COUNT { (target)<-[:FOLLOWS]-() }, viewerFollows: true}} AS payload
