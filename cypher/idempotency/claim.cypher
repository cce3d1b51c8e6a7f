// Take an idempotency key, unless it was used since a time
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057:createPost:key", "fingerprint": "0f", "at": 1700086400000, "since": 1700000000000}
// returns: row [whether it was used, the fingerprint of the input, id of what was made]
MERGE (k:IdempotencyKey {id: $id})
// This write changes nothing but takes the lock: who sends the same key waits here until the first is done.
SET k.id = k.id
WITH k, coalesce(k.at >= $since, false) AS used
FOREACH (_ IN CASE WHEN used THEN [] ELSE [1] END | SET k.at = $at, k.fingerprint = $fingerprint)
RETURN [used, k.fingerprint, k.made] AS row
