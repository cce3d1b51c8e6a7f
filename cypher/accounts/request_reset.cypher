// Write a mail with a link for a new password to whom an address belongs, once for each request
// params: {"emailHashes": ["0f"],
//          "link": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "tokenHash": "0f", "purpose": "RESET", "createdAt": 1700000000000, "expiresAt": 1700003600000},
//          "mail": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "RESET_PASSWORD", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}}
// returns: written, whether it was; no record where nobody has this address, or their account is suspended
MATCH (locked:Account)
WHERE locked.emailHash IN $emailHashes
// The lock first, so that of two workers that have the same request one writes.
SET locked.userId = locked.userId
WITH locked.userId AS userId
MATCH (account:Account {userId: userId})
WHERE account.emailHash IN $emailHashes
MATCH (user:User {id: account.userId})
WHERE user.state <> 'SUSPENDED'
OPTIONAL MATCH (known:EmailLink {id: $link.id})
WITH account, known IS NULL AS isNew
FOREACH (_ IN CASE WHEN isNew THEN [1] ELSE [] END |
  CREATE (link:EmailLink)
  SET link = $link, link.userId = account.userId, link.emailSealed = account.emailSealed
  CREATE (mail:Mail)
  SET mail = $mail, mail.userId = account.userId, mail.toSealed = account.emailSealed)
RETURN isNew AS written
