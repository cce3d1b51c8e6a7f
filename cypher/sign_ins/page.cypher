// A page of the history of an account
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "below": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: rows [columns of SignIn], newest first
MATCH (s:SignIn)
WHERE s.userId = $viewer AND s.id < $below
WITH s
ORDER BY s.userId DESC, s.id DESC
LIMIT $limit
RETURN collect([s.id, s.firstAt, s.lastAt, s.method, s.failed, s.count, s.device, s.network, s.isNew, coalesce(s.unfinished, false)]) AS rows
