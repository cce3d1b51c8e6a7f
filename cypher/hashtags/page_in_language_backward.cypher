// A page of the ids of the posts with a hashtag in one language, from the oldest on: a seek in the relationship index
// params: {"tag": "birds", "lang": "en", "post": "00000000-0000-0000-0000-000000000000", "limit": 21}
// returns: ids, oldest first
MATCH ()-[t:TAGGED]->()
USING INDEX SEEK t:TAGGED(tag, lang, post)
WHERE t.tag = $tag AND t.lang = $lang AND t.post > $post
WITH t
ORDER BY t.tag, t.lang, t.post
LIMIT $limit
RETURN collect(t.post) AS ids
