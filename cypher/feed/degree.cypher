// How many people a viewer follows, which decides the form of the pull
// params: {"viewer": 1}
// returns: degree, no record for an unknown viewer
MATCH (viewer:User {key: $viewer})
RETURN COUNT { (viewer)-[:FOLLOWS]->() } AS degree
