// Sealed addresses of accounts, in the order of their ids
// params: {"after": "", "most": 200}
// returns: rows [userId, emailSealed]
MATCH (account:Account)
WHERE account.userId > $after
WITH account
ORDER BY account.userId
LIMIT $most
RETURN collect([account.userId, account.emailSealed]) AS rows
