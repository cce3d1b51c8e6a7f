// The viewer follows the person
// fragment: viewer, person
EXISTS { (viewer)-[:FOLLOWS]->(person) }
