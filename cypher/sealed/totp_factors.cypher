// Sealed secrets of authenticator apps, in the order of their ids
// params: {"after": "", "most": 200}
// returns: rows [id, secretSealed]
MATCH (factor:TotpFactor)
WHERE factor.id > $after
WITH factor
ORDER BY factor.id
LIMIT $most
RETURN collect([factor.id, factor.secretSealed]) AS rows
