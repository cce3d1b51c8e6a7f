// The keys of everybody a viewer follows, from the edges alone
// params: {"viewer": 1}
// returns: keys
MATCH (viewer:User {key: $viewer})-[f:FOLLOWS]->()
RETURN collect(f.followed) AS keys
