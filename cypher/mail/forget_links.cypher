// Forget links that ended before a time, some at once
// params: {"before": 1700000000000, "most": 1000}
// returns: forgotten, how many
MATCH (link:EmailLink)
WHERE link.expiresAt < $before
WITH link
LIMIT $most
DELETE link
RETURN count(*) AS forgotten
