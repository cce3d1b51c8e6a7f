// The keys of those whom a viewer follows, from the nodes: the edges, which repeat the keys, are what is checked
// params: {"viewer": 1}
// returns: keys
// slow: as many keys as a viewer follows people
MATCH (viewer:User {key: $viewer})
RETURN [(viewer)-[:FOLLOWS]->(followed) | followed.key] AS keys
