// Link an identity of a provider to somebody's account, which is told by a mail, where mail is sent. With an address, only where it is
// that of the account, and verified
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "emailHashes": null,
//          "identity": {"issuer": "https://id.example.org", "subject": "248289761001", "provider": "example", "createdAt": 1700000000000},
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "PROVIDER_LINKED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: row [whether it was linked, whose it is already or null]; no record where the account is gone or not in use, or its
//          address is not that
MATCH (user:User {id: $id})
WHERE @user_active(user)
MATCH (locked:Account {userId: user.id})
// The lock first, so that of two who link at once the second finds what the first left.
SET locked.userId = locked.userId
WITH locked.userId AS userId
MATCH (account:Account {userId: userId})
WHERE $emailHashes IS NULL OR (account.emailHash IN $emailHashes AND account.emailVerifiedAt IS NOT NULL)
OPTIONAL MATCH (known:ProviderIdentity {issuer: $identity.issuer, subject: $identity.subject})
WITH account, known.userId AS owner,
     COUNT { MATCH (other:ProviderIdentity {userId: account.userId}) WHERE other.issuer = $identity.issuer } AS others
WITH account, owner, owner IS NULL AND others = 0 AS isNew
FOREACH (_ IN CASE WHEN isNew THEN [1] ELSE [] END |
  CREATE (new:ProviderIdentity)
  SET new = $identity, new.userId = account.userId)
FOREACH (each IN CASE WHEN isNew THEN $mails ELSE [] END |
  CREATE (mail:Mail)
  SET mail = each, mail.userId = account.userId, mail.toSealed = account.emailSealed)
RETURN [isNew, owner] AS row
