// Write a mail to a new address, with a link that makes it the viewer's, and one to the address of now, which tells of it, unless the
// password is another one by now than that which was proved; earlier links to new addresses end
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "stored": "$argon2i$", "emailHashes": ["0f"], "emailSealed": "e30.e30",
//          "at": 1700000000000,
//          "link": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "tokenHash": "0f", "purpose": "CHANGE", "createdAt": 1700000000000, "expiresAt": 1700086400000},
//          "mail": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "CONFIRM_EMAIL", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0},
//          "notice": {"id": "01890a5d-ac96-774b-bcce-b302099a8059", "kind": "EMAIL_CHANGE_REQUESTED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}}
// returns: written, whether they were: not where it is their address already; no record where the account is gone or not in use, or
//          the password was changed meanwhile
MATCH (viewer:User {id: $viewer})
WHERE @user_active(viewer)
MATCH (locked:Account {userId: viewer.id})
// The lock first, so that of two requests at once the second ends the link of the first, and one that waits for a new password finds it.
SET locked.userId = locked.userId
WITH viewer
MATCH (account:Account {userId: viewer.id})
WHERE coalesce(account.passwordHash, '') = $stored
WITH account, NOT account.emailHash IN $emailHashes AS isAnother
CALL (account, isAnother) {
  MATCH (earlier:EmailLink {userId: account.userId})
  WHERE isAnother AND earlier.purpose = 'CHANGE' AND earlier.usedAt IS NULL
  SET earlier.usedAt = $at
}
FOREACH (_ IN CASE WHEN isAnother THEN [1] ELSE [] END |
  CREATE (link:EmailLink)
  SET link = $link, link.userId = account.userId, link.emailSealed = $emailSealed
  CREATE (mail:Mail)
  SET mail = $mail, mail.userId = account.userId, mail.toSealed = $emailSealed
  CREATE (notice:Mail)
  SET notice = $notice, notice.userId = account.userId, notice.toSealed = account.emailSealed)
RETURN isAnother AS written
