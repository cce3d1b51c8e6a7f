// A page of the ids of the posts with a hashtag in one language, newest first: a seek in the relationship index
// params: {"tag": "birds", "lang": "en", "post": "ffffffff-ffff-ffff-ffff-ffffffffffff", "limit": 21}
// returns: ids, newest first
MATCH ()-[t:TAGGED]->()
USING INDEX SEEK t:TAGGED(tag, lang, post)
WHERE t.tag = $tag AND t.lang = $lang AND t.post < $post
WITH t
ORDER BY t.tag DESC, t.lang DESC, t.post DESC
LIMIT $limit
RETURN collect(t.post) AS ids
