// Note what was made with an idempotency key, in the transaction that took it
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057:createPost:key", "made": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: made, the id
MATCH (k:IdempotencyKey {id: $id})
SET k.made = $made
RETURN k.made AS made
