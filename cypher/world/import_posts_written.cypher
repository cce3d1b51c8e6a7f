// Note how many posts an import has written
// params: {"import": "0", "posts": 1}
// returns: posts
// scans: the few imports that there were
MATCH (i:Import {id: $import})
SET i.posts = $posts
RETURN i.posts AS posts
