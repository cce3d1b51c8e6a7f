// Write a mail that tells somebody that a refresh token of theirs was used twice, where mail is sent
// params: {"id": "01890a5d-ac96-774b-bcce-b302099a8057",
//          "mails": [{"id": "01890a5d-ac96-774b-bcce-b302099a8058", "kind": "SESSION_STOLEN", "state": "WAITING", "createdAt": 1700000000000, "dueAt": 1700000000000, "attempts": 0}]}
// returns: row [key, whether they have an account, to which the mail goes]; no record where there is no such person
MATCH (u:User {id: $id})
OPTIONAL MATCH (account:Account {userId: u.id})
FOREACH (each IN CASE WHEN account IS NULL THEN [] ELSE $mails END |
  CREATE (mail:Mail)
  SET mail = each, mail.userId = u.id, mail.toSealed = account.emailSealed)
RETURN [u.key, account IS NOT NULL] AS row
