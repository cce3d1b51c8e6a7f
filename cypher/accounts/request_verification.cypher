// Write a mail with a link that verifies the viewer's address, unless it is verified
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "language": null,
//          "link": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "tokenHash": "0f", "purpose": "VERIFY", "createdAt": 1700000000000, "expiresAt": 1700086400000},
//          "mail": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "VERIFY_EMAIL", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}}
// returns: written, whether it was; no record where the account is gone or not in use
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
MATCH (account:Account {userId: viewer.id})
WITH account, account.emailVerifiedAt IS NULL AS isUnverified
FOREACH (_ IN CASE WHEN isUnverified THEN [1] ELSE [] END |
  SET account.language = coalesce($language, account.language)
  CREATE (link:EmailLink)
  SET link = $link, link.userId = account.userId, link.emailSealed = account.emailSealed
  CREATE (mail:Mail)
  SET mail = $mail, mail.userId = account.userId, mail.toSealed = account.emailSealed)
RETURN isUnverified AS written
