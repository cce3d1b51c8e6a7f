// Events that wait for the relay, oldest first
// params: {"limit": 500}
// returns: events, a list of [id, type, at, payload]
MATCH (o:Outbox)
WHERE o.id > ''
WITH o
ORDER BY o.id
LIMIT $limit
RETURN collect([o.id, o.type, o.at, o.payload]) AS events
