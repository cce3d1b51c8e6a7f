// Write down what an analyst asks, before it is asked
// params: {"entry": {"id": "01890a5d-ac96-774b-bcce-b302099a8057", "at": 1700000000000, "actorId": "01890a5d-ac96-774b-bcce-b302099a8058", "tokenId": "01890a5d-ac96-774b-bcce-b302099a8059", "text": "MATCH (p:Person) RETURN count(p)", "sha256": "0f", "parameterBytes": 2}}
// returns: row (the id of the entry)
CREATE (entry:AnalystQuery)
SET entry = $entry
RETURN entry.id AS row
