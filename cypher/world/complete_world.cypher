// Note that the demo world is complete
// params: {}
// returns: complete, true
// scans: at most one node
MATCH (w:World {name: 'demo'})
SET w.complete = true
RETURN w.complete AS complete
