// Note when tokens of programs were last used
// params: {"rows": [["01890a5d-ac96-774b-bcce-b302099a8058", 1700000000000]]}
// returns: written, how many of them had been used earlier before
UNWIND $rows AS row
MATCH (token:PersonalToken {id: row[0]})
WHERE coalesce(token.lastUsedAt, 0) < row[1]
SET token.lastUsedAt = row[1]
RETURN count(*) AS written
