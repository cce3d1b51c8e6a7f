// Forget idempotency keys that were used before a time, some at once
// params: {"before": 1700000000000, "most": 1000}
// returns: forgotten, how many
MATCH (k:IdempotencyKey)
WHERE k.at < $before
WITH k
LIMIT $most
// This write takes the lock, so that a key that is used again at this moment is looked at once more.
SET k.id = k.id
WITH k
WHERE k.at < $before
DELETE k
RETURN count(*) AS forgotten
