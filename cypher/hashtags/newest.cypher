// The newest home posts with some hashtags, for their lists: those among the newest posts with each, and the last of these in any case, since
// down to that one the list is complete
// params: {"hashtags": ["birds", "rain"], "limit": 400}
// returns: rows [hashtag, ids, newest first, whether nothing older exists]
// slow: hundreds of posts with each hashtag
UNWIND $hashtags AS hashtag
CALL (hashtag) {
  MATCH (p)-[t:TAGGED]->()
  USING INDEX SEEK t:TAGGED(tag, post)
  WHERE t.tag = hashtag AND t.post < 'g'
  WITH t, p
  ORDER BY t.tag DESC, t.post DESC
  LIMIT $limit
  RETURN collect([t.post, p.home]) AS found
}
RETURN collect([hashtag, [each IN found WHERE each[1] OR each[0] = last(found)[0] | each[0]], size(found) < $limit]) AS rows
