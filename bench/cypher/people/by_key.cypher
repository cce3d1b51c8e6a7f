// People, with how many they follow and how many ways of two steps lead on from them
// params: {"keys": [1, 2]}
// returns: rows [id, key, username, following, ways]
UNWIND $keys AS key
MATCH (u:User {key: key})
RETURN collect([u.id, u.key, u.username, COUNT { (u)-[:FOLLOWS]->() },
  COUNT { (u)-[:FOLLOWS]->()-[:FOLLOWS]->() }]) AS rows
