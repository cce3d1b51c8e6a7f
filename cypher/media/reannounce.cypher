// Pictures that were announced a while ago and are still processing: their event may be lost
// params: {"before": 1700000000000, "at": 1700000300000, "most": 500}
// returns: rows, a list of [id, ownerId]; they count as announced now
MATCH (m:Media {state: 'PROCESSING'}) WHERE m.createdAt < $before AND coalesce(m.announcedAt, m.createdAt) < $before
WITH m ORDER BY m.createdAt LIMIT $most
SET m.announcedAt = $at
RETURN collect([m.id, m.ownerId]) AS rows
