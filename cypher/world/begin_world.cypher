// Find the mark of the demo world, or set it
// params: {"seed": 1, "people": 10, "posts": 10, "now": 1700000000000}
// returns: row [seed, people, posts, now, whether it is complete]
// scans: at most one node
MERGE (w:World {name: 'demo'})
  ON CREATE SET w.seed = $seed, w.people = $people, w.posts = $posts, w.now = $now, w.complete = false
RETURN [w.seed, w.people, w.posts, w.now, w.complete] AS row
