// Set a new password by a link in a mail, which proves the address as well and is told by another mail. Every open link of the
// account ends. Where nobody proved the address before, a stranger may have signed up with it, so what they made for programs ends too,
// no provider logs in any more, and their second factors are removed, which a mail of its own tells.
// params: {"tokenHash": "0f", "emailHashes": ["0f"], "passwordHash": "$argon2id$", "at": 1700000000000,
//          "mail": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "PASSWORD_CHANGED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0},
//          "ofFactors": {"id": "01890a5d-ac96-774b-bcce-b302099a8059", "kind": "STRANGERS_FACTORS_REMOVED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}}
// returns: row [user key, ids of the tokens of programs that ended, whether second factors were removed]; no record where no such link is good
MATCH (found:EmailLink {tokenHash: $tokenHash})
MATCH (locked:Account {userId: found.userId})
// The lock first, so that of two who follow links of one account at once the second finds what the first left.
SET locked.userId = locked.userId
WITH count(*) AS locks
MATCH (link:EmailLink {tokenHash: $tokenHash})
WHERE link.usedAt IS NULL AND link.expiresAt > $at AND link.purpose = 'RESET'
MATCH (account:Account {userId: link.userId})
WHERE account.emailHash IN $emailHashes
MATCH (user:User {id: account.userId})
WHERE user.state <> 'SUSPENDED'
// The lock that making a token takes, so that one that is being made ends as well.
SET user.id = user.id
WITH account, user, account.emailVerifiedAt IS NULL AS isUnproved,
     account.emailVerifiedAt IS NULL AND @has_second_factor(account) AS hasStrangers
SET account.passwordHash = $passwordHash, account.emailVerifiedAt = coalesce(account.emailVerifiedAt, $at)
// Who had the password may have signed in on devices of theirs.
SET account.devicesSince = $at
CREATE (mail:Mail)
SET mail = $mail, mail.userId = user.id, mail.toSealed = account.emailSealed
FOREACH (_ IN CASE WHEN hasStrangers THEN [1] ELSE [] END |
  CREATE (told:Mail)
  SET told = $ofFactors, told.userId = user.id, told.toSealed = account.emailSealed)
WITH account, user, isUnproved, hasStrangers
CALL (account) {
  MATCH (open:EmailLink {userId: account.userId})
  WHERE open.usedAt IS NULL
  SET open.usedAt = $at
}
CALL (user, isUnproved) {
  MATCH (identity:ProviderIdentity {userId: user.id})
  WHERE isUnproved
  DELETE identity
}
CALL (user, isUnproved) {
  MATCH (totp:TotpFactor {userId: user.id})
  WHERE isUnproved
  DELETE totp
}
CALL (user, isUnproved) {
  MATCH (passkey:Passkey {userId: user.id})
  WHERE isUnproved
  DELETE passkey
}
CALL (user, isUnproved) {
  MATCH (code:RecoveryCode {userId: user.id})
  WHERE isUnproved
  DELETE code
}
CALL (user, isUnproved) {
  MATCH (token:PersonalToken {userId: user.id})
  WHERE isUnproved
  WITH token, token.id AS id
  DELETE token
  RETURN collect(id) AS ended
}
RETURN [user.key, ended, hasStrangers] AS row
