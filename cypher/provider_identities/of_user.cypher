// The providers that are linked to somebody's account
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "limit": 20}
// returns: rows [provider, createdAt, lastUsedAt or null], the first that was linked first
MATCH (identity:ProviderIdentity {userId: $viewer})
WITH identity
ORDER BY identity.createdAt, identity.issuer
LIMIT $limit
RETURN collect([identity.provider, identity.createdAt, identity.lastUsedAt]) AS rows
