// Sealed digests of recovery codes, in the order of their ids
// params: {"after": "", "most": 200}
// returns: rows [id, digestSealed]
MATCH (code:RecoveryCode)
WHERE code.id > $after
WITH code
ORDER BY code.id
LIMIT $most
RETURN collect([code.id, code.digestSealed]) AS rows
