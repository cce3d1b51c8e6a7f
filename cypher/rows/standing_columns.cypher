// How a viewer, who may be null, and a person stand, both directions of everything, in the order of Standing
// fragment: viewer, person
[
  [(viewer)-[standingFollow:FOLLOWS]->(person) | standingFollow.at][0],
  EXISTS { (person)-[:FOLLOWS]->(viewer) },
  EXISTS { (viewer)-[:REQUESTED]->(person) },
  EXISTS { (person)-[:REQUESTED]->(viewer) },
  EXISTS { (viewer)-[:BLOCKS]->(person) },
  EXISTS { (person)-[:BLOCKS]->(viewer) },
  coalesce([(viewer)-[standingMute:MUTES]->(person) | coalesce(standingMute.until, 9007199254740991)][0], 0),
  coalesce([(viewer)-[standingMute:MUTES]->(person) | standingMute.repostsOnly][0], false),
  EXISTS { (viewer)-[:CLOSE_FRIEND]->(person) },
  EXISTS { (person)-[:CLOSE_FRIEND]->(viewer) }
]
