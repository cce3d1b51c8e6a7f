// Sealed addresses of links in mails, in the order of their ids
// params: {"after": "", "most": 200}
// returns: rows [id, emailSealed]
MATCH (link:EmailLink)
WHERE link.id > $after
WITH link
ORDER BY link.id
LIMIT $most
RETURN collect([link.id, link.emailSealed]) AS rows
