// Follow a person; a second time changes nothing
// params: {"viewer": "01890a5d-ac96-774b-bcce-b302099a8057", "target": "01890a5d-ac96-774b-bcce-b302099a8058", "at": 1700000000000}
// returns: row [viewer key, target key, whether it is new]; no record where either is missing
// scans: nothing; the product is of two single rows
MATCH (viewer:User {id: $viewer})
MATCH (target:User {id: $target})
WHERE viewer <> target AND @person_active(viewer) AND @person_active(target)
MERGE (viewer)-[f:FOLLOWS]->(target)
ON CREATE SET f.at = $at, f.follower = viewer.key, f.followed = target.key, f.made = true
WITH viewer, target, f, coalesce(f.made, false) AS isNew
REMOVE f.made
RETURN [viewer.key, target.key, isNew] AS row
