// Count, by degree, whom these people follow
// params: {"keys": [1, 2]}
// returns: following, the sum
UNWIND $keys AS key
MATCH (u:User {key: key})
RETURN sum(COUNT { (u)-[:FOLLOWS]->() }) AS following
