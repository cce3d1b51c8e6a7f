// Write down how the query of an analyst ended; its id is that of the entry of the query
// params: {"entry": {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "at": 1700000000000, "outcome": "ANSWERED", "seconds": 0.2, "rows": 1, "bytes": 10}}
// returns: row (the id of the entry)
CREATE (ending:AnalystQueryEnd)
SET ending = $entry
RETURN ending.id AS row
