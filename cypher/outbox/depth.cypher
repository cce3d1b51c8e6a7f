// How many events wait for the relay, from the count store
// params: {}
// returns: depth
MATCH (o:Outbox)
RETURN count(o) AS depth
