// Make all devices on which somebody was signed in before ones that nobody knows
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "at": 1700000000000}
// returns: done, true; no record where there is no such account
MATCH (account:Account {userId: $id})
SET account.devicesSince = $at
RETURN true AS done
