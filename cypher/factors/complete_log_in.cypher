// Complete a log-in whose second factor was proved, which its challenge does once
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "challenge": "01890a5d-ac96-774b-bcce-b302099a8059",
//          "oldest": "01890a5d-ac96-774b-bcce-b302099a8050"}
// returns: completed; no record where it was completed before, or the account is gone or not in use
MATCH (u:User {id: $id})
WHERE @user_active(u)
MATCH (found:Account {userId: u.id})
// The lock first, so that of one challenge twice at once the second finds it completed.
SET found.userId = found.userId
WITH found.userId AS userId
MATCH (account:Account {userId: userId})
WITH account, [each IN coalesce(account.completedLogIns, []) WHERE each >= $oldest] AS completed
WHERE NOT $challenge IN completed
SET account.completedLogIns = completed + $challenge
RETURN true AS completed
