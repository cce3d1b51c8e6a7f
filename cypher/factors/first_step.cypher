// What somebody who proves a second factor has proved before it: the hash of their password, and whether that log-in was completed
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "challenge": "01890a5d-ac96-774b-bcce-b302099a8059"}
// returns: found, [hash or null, whether this challenge has signed in]; no record where the account is gone or not in use
MATCH (u:User {id: $id})
WHERE @user_active(u)
MATCH (a:Account {userId: u.id})
RETURN [a.passwordHash, $challenge IN coalesce(a.completedLogIns, [])] AS found
