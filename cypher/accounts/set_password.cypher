// Set another password, unless it is another one by now than that which was proved. Open links for passwords and to new addresses
// end: whoever asked for them may be why it is changed. A mail tells of it, where mail is sent
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "stored": "$argon2i$", "renewed": "$argon2id$", "at": 1700000000000,
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "OWN_PASSWORD_CHANGED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: key of the person; no record where the account is gone or not in use, or the password was changed meanwhile
MATCH (found:Account {userId: $id})
// The lock first, so that of two changes at once the second finds what the first left.
SET found.userId = found.userId
WITH found.userId AS userId
MATCH (account:Account {userId: userId})
WHERE coalesce(account.passwordHash, '') = $stored
MATCH (user:User {id: account.userId})
WHERE @user_active(user)
SET account.passwordHash = $renewed
FOREACH (each IN $mails |
  CREATE (mail:Mail)
  SET mail = each, mail.userId = user.id, mail.toSealed = account.emailSealed)
WITH account, user
CALL (account) {
  MATCH (open:EmailLink {userId: account.userId})
  WHERE open.usedAt IS NULL AND open.purpose <> 'VERIFY'
  SET open.usedAt = $at
}
RETURN user.key AS key
