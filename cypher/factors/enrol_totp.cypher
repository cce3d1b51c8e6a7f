// Store the secret of an authenticator app that somebody is setting up, in place of one that they did not confirm; where they have a
// factor, another one is added only by who has just proved it
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "id": "01890a5d-ac96-774b-bcce-b302099a8058", "secretSealed": "e30.e30",
//          "isProved": false, "at": 1700000000000}
// returns: row [username, whether a factor must be proved first, whether they have an app already]; no record without the viewer
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
MATCH (locked:Account {userId: viewer.id})
// The lock that everything about factors takes, so that each change finds what the one before it left.
SET locked.userId = locked.userId
WITH viewer.username AS username, viewer.id AS userId
MATCH (account:Account {userId: userId})
WITH username, account, @has_second_factor(account) AND NOT $isProved AS isUnproved,
     EXISTS { MATCH (there:TotpFactor {userId: account.userId}) WHERE there.confirmedAt IS NOT NULL } AS isThere
FOREACH (_ IN CASE WHEN isUnproved OR isThere THEN [] ELSE [1] END |
  MERGE (factor:TotpFactor {userId: account.userId})
  SET factor.id = $id, factor.secretSealed = $secretSealed, factor.createdAt = $at)
RETURN [username, isUnproved, isThere] AS row
