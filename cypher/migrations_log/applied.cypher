// Which migrations were applied
// params: {}
// returns: rows [name, checksum]
// scans: a handful of nodes, once at start
MATCH (m:Migration)
RETURN collect([m.name, m.checksum]) AS rows
