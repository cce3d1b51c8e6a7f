// Set a new password by a link in a mail, which proves the address as well and is told by another mail. Every open link of the
// account ends.
// params: {"tokenHash": "0f", "passwordHash": "$argon2id$", "at": 1700000000000,
//          "mail": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "PASSWORD_CHANGED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}}
// returns: row [user key, username]; no record where no such link is good
MATCH (found:EmailLink {tokenHash: $tokenHash})
MATCH (locked:Account {userId: found.userId})
// The lock first, so that of two who follow links of one account at once the second finds what the first left.
SET locked.userId = locked.userId
WITH count(*) AS locks
MATCH (link:EmailLink {tokenHash: $tokenHash})
WHERE link.usedAt IS NULL AND link.expiresAt > $at AND link.purpose = 'RESET'
MATCH (account:Account {userId: link.userId})
WHERE account.emailHash = link.emailHash
MATCH (user:User {id: account.userId})
WHERE user.state <> 'SUSPENDED'
SET account.passwordHash = $passwordHash, account.emailVerifiedAt = coalesce(account.emailVerifiedAt, $at)
CREATE (mail:Mail)
SET mail = $mail, mail.userId = user.id, mail.toSealed = account.emailSealed
WITH account, user
CALL (account) {
  MATCH (open:EmailLink {userId: account.userId})
  WHERE open.usedAt IS NULL
  SET open.usedAt = $at
}
RETURN [user.key, user.username] AS row
