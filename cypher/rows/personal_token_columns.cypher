// The columns of a token of a program as its owner sees it, in the order of PersonalToken
// fragment: token
[token.id, token.userId, token.name, token.scopes, token.createdAt, token.expiresAt, token.lastUsedAt]
