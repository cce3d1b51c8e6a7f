// Unlink a provider from the viewer's account, unless they could not log in any more; a mail tells of it, where mail is sent
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "provider": "example",
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "PROVIDER_UNLINKED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: row [whether it was linked, whether there is another way to log in]; no record where the account is gone or not in use
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
MATCH (locked:Account {userId: viewer.id})
// The lock first, so that of two ways that are given up at once one stays.
SET locked.userId = locked.userId
WITH locked.userId AS userId
MATCH (account:Account {userId: userId})
OPTIONAL MATCH (own:ProviderIdentity {userId: account.userId})
WITH account, collect(own) AS owned
WITH account, [each IN owned WHERE each.provider = $provider] AS gone, size(owned) AS ways
WITH account, gone, account.passwordHash IS NOT NULL OR ways > size(gone) AS hasOther
WITH account, CASE WHEN hasOther THEN gone ELSE [] END AS removed, size(gone) > 0 AS isLinked, hasOther
FOREACH (each IN CASE WHEN size(removed) > 0 THEN $mails ELSE [] END |
  CREATE (mail:Mail)
  SET mail = each, mail.userId = account.userId, mail.toSealed = account.emailSealed)
FOREACH (each IN removed | DELETE each)
RETURN [isLinked, hasOther] AS row
