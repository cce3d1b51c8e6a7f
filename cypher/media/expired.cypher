// Pictures that were announced long ago and never completed
// params: {"before": 1700000000000, "most": 500}
// returns: ids
MATCH (m:Media {state: 'PENDING'}) WHERE m.createdAt < $before
WITH m ORDER BY m.createdAt LIMIT $most
RETURN collect(m.id) AS ids
