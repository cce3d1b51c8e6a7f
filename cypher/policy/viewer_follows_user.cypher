// The viewer follows the person
// fragment: viewer, user
EXISTS { (viewer)-[:FOLLOWS]->(user) }
