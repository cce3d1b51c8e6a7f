// Note that a migration was applied
// params: {"name": "0001_lock", "checksum": "0"}
// returns: name
MERGE (m:Migration {name: $name})
SET m.checksum = $checksum, m.appliedAt = timestamp()
RETURN m.name AS name
