// The person has made the viewer a close friend
// fragment: viewer, user
EXISTS { (user)-[:CLOSE_FRIEND]->(viewer) }
