// The events that wait in the outbox and name somebody
// params: {"userId": "01890a5d-ac96-774b-bcce-b302099a8057"}
// returns: rows [type, payload]
// scans: the outbox of a test is small
MATCH (o:Outbox)
WHERE o.payload CONTAINS $userId
RETURN collect([o.type, o.payload]) AS rows
