// Pictures that have been processing for so long that they never will be done
// params: {"before": 1700000000000, "most": 500}
// returns: ids
MATCH (m:Media {state: 'PROCESSING'}) WHERE m.createdAt < $before
WITH m ORDER BY m.createdAt LIMIT $most
RETURN collect(m.id) AS ids
