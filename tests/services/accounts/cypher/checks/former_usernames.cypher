// What is stored of names that somebody had
// params: {"names": ["ana"]}
// returns: rows [name, userId, until]
MATCH (f:FormerUsername)
WHERE f.usernameKey IN $names
RETURN collect([f.usernameKey, f.userId, f.until]) AS rows
