// What the stream of a home timeline is about: those whom the viewer follows, and hashtags, from the edges alone
// params: {"viewer": 1}
// returns: row [keys of people, hashtags]; no record where the viewer's account is gone or not in use
// slow: as many keys as a viewer follows people
MATCH (viewer:User {key: $viewer})
WHERE @user_active(viewer)
RETURN [[(viewer)-[f:FOLLOWS]->() | f.followed], [(viewer)-[h:FOLLOWS_HASHTAG]->() | h.tag]] AS row
