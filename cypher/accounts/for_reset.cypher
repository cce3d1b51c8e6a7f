// Whose new password a link sets
// params: {"tokenHash": "0f", "at": 1700000000000}
// returns: row [userId, username, emailSealed of the link]; no record where no such link is good
MATCH (link:EmailLink {tokenHash: $tokenHash})
WHERE link.usedAt IS NULL AND link.expiresAt > $at AND link.purpose = 'RESET'
MATCH (user:User {id: link.userId})
WHERE user.state <> 'SUSPENDED'
RETURN [user.id, user.username, link.emailSealed] AS row
