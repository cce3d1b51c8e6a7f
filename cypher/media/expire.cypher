// Forget pictures that were announced long ago and never uploaded
// params: {"before": 1700000000000, "most": 500}
// returns: ids of those forgotten
MATCH (m:Media {state: 'PENDING'}) WHERE m.createdAt < $before
WITH m ORDER BY m.createdAt LIMIT $most
// This write changes nothing but takes the lock, so that the state below is read after any other writer is done.
SET m.id = m.id
WITH m, m.id AS id WHERE m.state = 'PENDING'
DETACH DELETE m
RETURN collect(id) AS ids
