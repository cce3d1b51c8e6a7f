// The tokens of a person's programs
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "limit": 50}
// returns: rows [columns of PersonalToken], newest first
MATCH (token:PersonalToken {userId: $viewer})
WITH token
ORDER BY token.id DESC
LIMIT $limit
RETURN collect(@personal_token_columns(token)) AS rows
