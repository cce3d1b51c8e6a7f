// Use a code of an authenticator app, by the count of its half minute: each is good once, unless the same log-in comes again with it
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "counter": 56666666, "usedFor": "01890a5d-ac96-774b-bcce-b302099a8059"}
// returns: used; no record where the app is gone, or this code or a later one was used
MATCH (found:TotpFactor {id: $id})
// The lock first, so that of one code twice at once the second finds it used.
SET found.id = found.id
WITH found.id AS id
MATCH (factor:TotpFactor {id: id})
WHERE factor.lastCounter < $counter OR (factor.lastCounter = $counter AND factor.usedFor = $usedFor)
SET factor.lastCounter = $counter, factor.usedFor = $usedFor
RETURN true AS used
