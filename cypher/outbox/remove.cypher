// Forget events that the stream has; by exact ids, since one with a smaller id may be committed later
// params: {"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
// returns: removed, how many
UNWIND $ids AS id
MATCH (o:Outbox {id: id})
DELETE o
RETURN count(*) AS removed
