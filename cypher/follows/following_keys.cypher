// The keys of everybody a viewer follows, from the edges alone
// params: {"viewer": 1}
// returns: keys; no record where the viewer's account is gone or not in use
// slow: as many keys as a viewer follows people
MATCH (viewer:User {key: $viewer})
WHERE @user_active(viewer)
RETURN [(viewer)-[f:FOLLOWS]->() | f.followed] AS keys
