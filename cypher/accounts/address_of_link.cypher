// The address that a link verifies
// params: {"tokenHash": "0f", "at": 1700000000000}
// returns: emailSealed; no record where no such link is good
MATCH (link:EmailLink {tokenHash: $tokenHash})
WHERE link.usedAt IS NULL AND link.expiresAt > $at AND link.purpose IN ['VERIFY', 'CHANGE']
RETURN link.emailSealed AS sealed
