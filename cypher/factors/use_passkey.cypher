// Use an answer of a passkey, whose signature was verified: each challenge is good once, and a counter that does not rise tells of a
// copy, which a mail says
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8058", "signCount": 3, "backedUp": false, "at": 1700000000000,
//          "challenge": "01890a5d-ac96-774b-bcce-b302099a8059", "oldest": "01890a5d-ac96-774b-bcce-b302099a8050",
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "PASSKEY_COPIED", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: use, ACCEPTED, REPEATED or COPIED; no record where the passkey is gone
MATCH (found:Passkey {id: $id})
// The lock first, so that of one answer twice at once the second finds its challenge used.
SET found.id = found.id
WITH found.id AS id
MATCH (passkey:Passkey {id: id})
MATCH (account:Account {userId: passkey.userId})
WITH passkey, account, [each IN coalesce(passkey.usedChallenges, []) WHERE each >= $oldest] AS challenges
WITH passkey, account, challenges,
     CASE WHEN $challenge IN challenges THEN 'REPEATED'
          WHEN passkey.signCount + $signCount > 0 AND $signCount <= passkey.signCount THEN 'COPIED'
          ELSE 'ACCEPTED' END AS use
FOREACH (_ IN CASE use WHEN 'REPEATED' THEN [] ELSE [1] END | SET passkey.usedChallenges = challenges + $challenge)
FOREACH (_ IN CASE use WHEN 'ACCEPTED' THEN [1] ELSE [] END |
  SET passkey.signCount = $signCount, passkey.backedUp = $backedUp, passkey.lastUsedAt = $at)
FOREACH (each IN CASE use WHEN 'COPIED' THEN $mails ELSE [] END |
  CREATE (mail:Mail)
  SET mail = each, mail.userId = account.userId, mail.toSealed = account.emailSealed)
RETURN use
