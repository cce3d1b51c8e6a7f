// What was made with an idempotency key since a time
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057:createPost:key", "since": 1700000000000}
// returns: row [the fingerprint of the input, id of what was made]; no record where it was not used
MATCH (k:IdempotencyKey {id: $id})
WHERE k.at >= $since
RETURN [k.fingerprint, k.made] AS row
