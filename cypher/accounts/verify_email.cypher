// Follow a link to an address: it is verified, and becomes that of the account where the link is for a change, of which the address
// before is told. Other links to addresses end, and after a change those for passwords, which went to the address before.
// params: {"tokenHash": "0f", "viewer": null, "at": 1700000000000, "emailHashes": ["0f"], "emailSealed": "e30.e30",
//          "mail": {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "EMAIL_CHANGED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}}
// returns: row [username, emailSealed, whether the address changed]; no record where no such link is good, or it is another's than
//          the viewer's
MATCH (found:EmailLink {tokenHash: $tokenHash})
MATCH (locked:Account {userId: found.userId})
// The lock first, so that of two who follow links of one account at once the second finds what the first left.
SET locked.userId = locked.userId
WITH count(*) AS locks
MATCH (link:EmailLink {tokenHash: $tokenHash})
WHERE link.usedAt IS NULL AND link.expiresAt > $at AND link.purpose IN ['VERIFY', 'CHANGE']
  AND ($viewer IS NULL OR link.userId = $viewer)
MATCH (account:Account {userId: link.userId})
WHERE link.purpose = 'CHANGE' OR account.emailHash IN $emailHashes
MATCH (user:User {id: account.userId})
WHERE user.state <> 'SUSPENDED'
WITH link, account, user, NOT account.emailHash IN $emailHashes AS isChange
FOREACH (_ IN CASE WHEN isChange THEN [1] ELSE [] END |
  CREATE (mail:Mail)
  SET mail = $mail, mail.userId = user.id, mail.toSealed = account.emailSealed)
SET account.emailHash = $emailHashes[0], account.emailSealed = $emailSealed, account.emailVerifiedAt = $at
// Nobody has the address by an earlier secret either, nor gets it before this is committed: the constraint refuses the second.
FOREACH (hash IN $emailHashes[1..] | CREATE (probe:Account {emailHash: hash}) DELETE probe)
WITH account, user, isChange
CALL (account, isChange) {
  MATCH (open:EmailLink {userId: account.userId})
  WHERE open.usedAt IS NULL AND (isChange OR open.purpose <> 'RESET')
  SET open.usedAt = $at
}
RETURN [user.username, account.emailSealed, isChange] AS row
