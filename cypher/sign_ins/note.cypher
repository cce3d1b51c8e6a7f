// Note that somebody signed in, with what the same device did within the hour before; where the device is new, they are told by mail
// params: {"userId": "01890a5d-ac96-774b-bcce-b302099a8057", "knownSince": 1700000000000, "joinedSince": 1700000000000,
//          "signIn": {"id": "01890a5d-ac96-774b-bcce-b302099a8059", "firstAt": 1700000000000, "lastAt": 1700000000000, "method": "PASSWORD", "failed": false, "count": 1, "device": "Firefox on Linux", "network": "192.0.2.0/24"},
//          "hourAgo": "01890a5d-ac96-774b-bcce-b302099a8057", "monthAgo": "01890a5d-ac96-774b-bcce-b302099a8057",
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "NEW_DEVICE", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: row [whether a mail was written, where mail is sent; whether the token of the device says that it is known]; no record where there is no such person
OPTIONAL MATCH (locked:Account {userId: $userId})
// The lock first, so that of two sign-ins of a new device at once, such as by a client that tries twice, the second finds the first.
SET locked.userId = locked.userId
WITH count(*) AS locks
MATCH (u:User {id: $userId})
OPTIONAL MATCH (account:Account {userId: u.id})
WITH u, account, $signIn AS new, $knownSince IS NOT NULL AND $knownSince > coalesce(account.devicesSince, 0) AS isKnown
WITH u, account, new, isKnown, NOT (isKnown
  OR EXISTS {
    MATCH (seen:SignIn)
    WHERE seen.userId = u.id AND seen.id >= $monthAgo
      AND NOT seen.failed AND seen.device = new.device AND seen.network = new.network
  }
  OR u.createdAt >= $joinedSince AND NOT EXISTS { MATCH (earlier:SignIn) WHERE earlier.userId = u.id AND earlier.id >= '' AND NOT earlier.failed }
) AS isNew
OPTIONAL MATCH (same:SignIn)
WHERE same.userId = u.id AND same.id >= $hourAgo
  AND NOT same.failed AND same.method = new.method AND same.device = new.device AND same.network = new.network
WITH u, account, new, isKnown, isNew, head(collect(same)) AS same
FOREACH (one IN CASE WHEN same IS NULL THEN [] ELSE [same] END | SET one.lastAt = new.lastAt, one.count = one.count + 1)
FOREACH (one IN CASE WHEN same IS NULL THEN [new] ELSE [] END |
  CREATE (written:SignIn)
  SET written = one, written.userId = u.id, written.isNew = isNew)
FOREACH (each IN CASE WHEN isNew AND account IS NOT NULL THEN $mails ELSE [] END |
  CREATE (mail:Mail)
  SET mail = each, mail.userId = u.id, mail.toSealed = account.emailSealed)
RETURN [isNew AND account IS NOT NULL, isKnown] AS row
