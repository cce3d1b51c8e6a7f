// Forget what is too old of the history of everybody, some at once
// params: {"before": "01890a5d-ac96-774b-bcce-b302099a8057", "most": 1000}
// returns: forgotten, how many
MATCH (s:SignIn)
WHERE s.id < $before
WITH s
LIMIT $most
DELETE s
RETURN count(*) AS forgotten
