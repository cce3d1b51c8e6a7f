// Those of some tokens of programs that a person made
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "ids": ["01890a5d-ac96-774b-bcce-b302099a8058"]}
// returns: rows [columns of PersonalToken], in any order
UNWIND $ids AS id
MATCH (token:PersonalToken {id: id})
WHERE token.userId = $viewer
RETURN collect(@personal_token_columns(token)) AS rows
