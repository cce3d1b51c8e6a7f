// The person has made the viewer a close friend
// fragment: viewer, person
EXISTS { (person)-[:CLOSE_FRIEND]->(viewer) }
