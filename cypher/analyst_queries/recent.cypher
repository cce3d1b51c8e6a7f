// List what analysts asked, newest first, with how it ended; null for what still runs, or was not heard of again
// params: {"before": "fffffffff", "limit": 50}
// returns: rows [at, actorId, username, tokenId, text, outcome, seconds, rows, bytes]
MATCH (q:AnalystQuery)
WHERE q.id < $before
WITH q ORDER BY q.id DESC LIMIT $limit
OPTIONAL MATCH (ending:AnalystQueryEnd {id: q.id})
OPTIONAL MATCH (actor:User {id: q.actorId})
WITH q, ending, actor ORDER BY q.id DESC
RETURN collect([q.at, q.actorId, actor.username, q.tokenId, q.text, ending.outcome, ending.seconds, ending.rows, ending.bytes]) AS rows
