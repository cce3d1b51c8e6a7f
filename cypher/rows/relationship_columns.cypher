// The relationship of a viewer, who may be null, and a person, both directions of everything, in the order of ViewerRelationship
// fragment: viewer, user
[
  [(viewer)-[relationshipFollow:FOLLOWS]->(user) | relationshipFollow.at][0],
  EXISTS { (user)-[:FOLLOWS]->(viewer) },
  EXISTS { (viewer)-[:REQUESTED]->(user) },
  EXISTS { (user)-[:REQUESTED]->(viewer) },
  EXISTS { (viewer)-[:BLOCKS]->(user) },
  EXISTS { (user)-[:BLOCKS]->(viewer) },
  coalesce([(viewer)-[relationshipMute:MUTES]->(user) | coalesce(relationshipMute.until, 9007199254740991)][0], 0),
  coalesce([(viewer)-[relationshipMute:MUTES]->(user) | relationshipMute.repostsOnly][0], false),
  EXISTS { (viewer)-[:CLOSE_FRIEND]->(user) },
  EXISTS { (user)-[:CLOSE_FRIEND]->(viewer) }
]
