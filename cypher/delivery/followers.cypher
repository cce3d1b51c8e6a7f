// A chunk of the keys of an author's followers, from the relationship index alone, to push a post or repost to or to remove it from
// params: {"post": "01890a5d-ac96-774b-bcce-b302099a8058", "key": 1, "at": 9007199254740991, "other": 9007199254740991, "limit": 1000}
// returns: row [whether the post was deleted or the repost ended, keys of followers, newest first, ties by key, when each of them followed]
// slow: a chunk of thousands of followers
MATCH ()-[f:FOLLOWS]->()
WHERE f.followed = $key AND f.at <= $at AND (f.at < $at OR f.follower < $other)
WITH f
ORDER BY f.followed DESC, f.at DESC, f.follower DESC
LIMIT $limit
WITH collect(f.follower) AS keys, collect(f.at) AS at
OPTIONAL MATCH (p:Post {id: $post})
OPTIONAL MATCH (r:Repost {id: $post})
// The id of a repost, of which nothing is left once it ended, says what it is.
RETURN [CASE WHEN substring($post, 14, 1) = '8' THEN r IS NULL ELSE p.deletedAt IS NOT NULL END, keys, at] AS row
