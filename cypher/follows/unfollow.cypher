// Stop following a person; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058"}
// returns: row [viewer key, target key, whether an edge went]; no record where either is missing
// scans: nothing; the product is of two single rows
MATCH (viewer:User {id: $viewer})
MATCH (target:User {id: $target})
OPTIONAL MATCH (viewer)-[f:FOLLOWS]->(target)
WITH viewer, target, collect(f) AS edges
FOREACH (edge IN edges | DELETE edge)
RETURN [viewer.key, target.key, size(edges) > 0] AS row
