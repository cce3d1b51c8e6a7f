// Everything an account node holds
// params: {"userId": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: account, a map
MATCH (a:Account {userId: $userId})
RETURN properties(a) AS account
