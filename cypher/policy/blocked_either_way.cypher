// The viewer blocks the person, or the other way round
// fragment: viewer, user
EXISTS { (viewer)-[:BLOCKS]-(user) }
