// The viewer blocks the person, or the other way round
// fragment: viewer, person
EXISTS { (viewer)-[:BLOCKS]-(person) }
