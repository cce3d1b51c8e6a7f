// Let everybody of the first follow everybody of the second
// params: {"followers": [1, 2], "followed": [3], "at": 1700000000000}
// returns: written
// scans: the product is of two lists of which one is short
UNWIND $followed AS followedKey
MATCH (followed:User {key: followedKey})
UNWIND $followers AS followerKey
MATCH (follower:User {key: followerKey})
CREATE (follower)-[:FOLLOWS {at: $at, follower: followerKey, followed: followedKey}]->(followed)
RETURN count(*) AS written
