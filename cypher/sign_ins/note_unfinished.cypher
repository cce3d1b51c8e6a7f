// Note log-ins that stopped at the second factor, but for those that were completed, with others from the same network within the hour
// params: {"hourAgo": "01890a5d-ac96-774b-bcce-b302099a8057",
//          "rows": [["01890a5d-ac96-774b-bcce-b302099a8058", "01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8059", "192.0.2.0/24", 1700000000000]]}
// returns: written, how many networks of accounts
UNWIND $rows AS row
MATCH (account:Account {userId: row[1]})
WHERE NOT row[2] IN coalesce(account.completedLogIns, [])
WITH account.userId AS userId, row[3] AS network, min(row[0]) AS id, count(*) AS count, min(row[4]) AS firstAt, max(row[4]) AS lastAt
OPTIONAL MATCH (same:SignIn)
WHERE same.userId = userId AND same.id >= $hourAgo AND same.unfinished AND same.network = network
WITH userId, network, id, count, firstAt, lastAt, head(collect(same)) AS same
FOREACH (one IN CASE WHEN same IS NULL THEN [] ELSE [same] END | SET one.lastAt = lastAt, one.count = one.count + count)
FOREACH (one IN CASE WHEN same IS NULL THEN [1] ELSE [] END |
  CREATE (:SignIn {
    id: id, userId: userId, firstAt: firstAt, lastAt: lastAt, method: 'PASSWORD', failed: true, unfinished: true, count: count,
    device: '', network: network, isNew: false
  }))
RETURN count(*) AS written
