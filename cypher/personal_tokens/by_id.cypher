// What tokens of programs prove
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8058"]}
// returns: rows [id, [columns of TokenGrant]], in any order
UNWIND $ids AS id
MATCH (token:PersonalToken {id: id})
MATCH (u:User {id: token.userId})
RETURN collect([token.id, [u.id, u.key, token.secretHash, token.scopes, token.expiresAt]]) AS rows
