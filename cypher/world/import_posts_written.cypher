// Note how many posts an import has written
// params: {"mark": "0", "posts": 1}
// returns: posts
// scans: the few imports that there were
MATCH (i:Import {mark: $mark})
SET i.posts = $posts, i.stale = true
RETURN i.posts AS posts
